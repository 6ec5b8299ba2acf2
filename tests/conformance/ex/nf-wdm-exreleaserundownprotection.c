// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExReleaseRundownProtection, LetsTheRundownFinish) {
    EX_RUNDOWN_REF rundown;
    ExInitializeRundownProtection(&rundown);
    ExAcquireRundownProtection(&rundown);
    AT_IRQL(DISPATCH_LEVEL, ExReleaseRundownProtection(&rundown));
    ExWaitForRundownProtectionRelease(&rundown);
    CHECK(!ExAcquireRundownProtection(&rundown));
}

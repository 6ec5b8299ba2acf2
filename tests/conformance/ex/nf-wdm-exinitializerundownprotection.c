// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExInitializeRundownProtection, AllowsAcquisitions) {
    EX_RUNDOWN_REF rundown = {{0x55}};
    AT_IRQL(DISPATCH_LEVEL, ExInitializeRundownProtection(&rundown));
    CHECK(ExAcquireRundownProtection(&rundown));
    ExReleaseRundownProtection(&rundown);
    ExWaitForRundownProtectionRelease(&rundown);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExReInitializeRundownProtection, AllowsAcquisitionsAgain) {
    EX_RUNDOWN_REF rundown;
    ExInitializeRundownProtection(&rundown);
    ExWaitForRundownProtectionRelease(&rundown);
    CHECK(!ExAcquireRundownProtection(&rundown));
    AT_IRQL(APC_LEVEL, ExReInitializeRundownProtection(&rundown));
    CHECK(ExAcquireRundownProtection(&rundown));
    ExReleaseRundownProtection(&rundown);
}

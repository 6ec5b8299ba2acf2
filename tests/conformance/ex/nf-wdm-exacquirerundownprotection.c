// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExAcquireRundownProtection, IsFalseOnceRunDown) {
    EX_RUNDOWN_REF rundown;
    ExInitializeRundownProtection(&rundown);
    CHECK(ExAcquireRundownProtection(&rundown));
    AT_IRQL(DISPATCH_LEVEL, CHECK(ExAcquireRundownProtection(&rundown)));
    ExReleaseRundownProtection(&rundown);
    ExReleaseRundownProtection(&rundown);
    ExWaitForRundownProtectionRelease(&rundown);
    CHECK(!ExAcquireRundownProtection(&rundown));
}

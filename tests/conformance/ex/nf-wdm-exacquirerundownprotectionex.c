// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExAcquireRundownProtectionEx, TakesSeveralAtOnce) {
    EX_RUNDOWN_REF rundown;
    ExInitializeRundownProtection(&rundown);
    AT_IRQL(DISPATCH_LEVEL, CHECK(ExAcquireRundownProtectionEx(&rundown, 3)));
    ExReleaseRundownProtectionEx(&rundown, 2);
    ExReleaseRundownProtection(&rundown);
    ExWaitForRundownProtectionRelease(&rundown);
    CHECK(!ExAcquireRundownProtectionEx(&rundown, 3));
}

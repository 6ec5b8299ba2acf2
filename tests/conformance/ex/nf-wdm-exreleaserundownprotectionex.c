// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExReleaseRundownProtectionEx, GivesSeveralBackAtOnce) {
    EX_RUNDOWN_REF rundown;
    ExInitializeRundownProtection(&rundown);
    ExAcquireRundownProtection(&rundown);
    ExAcquireRundownProtection(&rundown);
    AT_IRQL(DISPATCH_LEVEL, ExReleaseRundownProtectionEx(&rundown, 2));
    ExWaitForRundownProtectionRelease(&rundown);
    CHECK(!ExAcquireRundownProtection(&rundown));
}

// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExRundownCompleted, KeepsItRunDown) {
    EX_RUNDOWN_REF rundown;
    ExInitializeRundownProtection(&rundown);
    ExWaitForRundownProtectionRelease(&rundown);
    ExRundownCompleted(&rundown);
    ExWaitForRundownProtectionRelease(&rundown);
    CHECK(!ExAcquireRundownProtection(&rundown));
    ExReInitializeRundownProtection(&rundown);
    CHECK(ExAcquireRundownProtection(&rundown));
    ExReleaseRundownProtection(&rundown);
}

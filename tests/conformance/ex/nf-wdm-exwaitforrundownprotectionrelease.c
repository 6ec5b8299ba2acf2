// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static EX_RUNDOWN_REF Rundown;
static volatile LONG Released;

static VOID NTAPI ReleaseLater(PVOID Context) {
    while (ExAcquireRundownProtection(&Rundown)) {
        ExReleaseRundownProtection(&Rundown);
        PauseMs(1);
    }
    Released = 1;
    ExReleaseRundownProtection(&Rundown);
}

CONFORMANCE(ExWaitForRundownProtectionRelease, WaitsForTheUsersAndRefusesNewOnes) {
    PETHREAD user;
    Released = 0;
    ExInitializeRundownProtection(&Rundown);
    REQUIRE(ExAcquireRundownProtection(&Rundown));
    user = StartHelper(ReleaseLater, NULL);
    ExWaitForRundownProtectionRelease(&Rundown);
    CHECK_EQ(Released, 1);
    CHECK(EndHelper(user));
}

CONFORMANCE(ExWaitForRundownProtectionRelease, ReturnsAtOnceWhenRunDownAlready) {
    EX_RUNDOWN_REF rundown;
    ExInitializeRundownProtection(&rundown);
    ExWaitForRundownProtectionRelease(&rundown);
    AT_IRQL(APC_LEVEL, ExWaitForRundownProtectionRelease(&rundown));
    CHECK(!ExAcquireRundownProtection(&rundown));
}

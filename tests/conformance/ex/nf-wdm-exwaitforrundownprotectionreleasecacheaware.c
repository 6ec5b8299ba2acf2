// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static PEX_RUNDOWN_REF_CACHE_AWARE Rundown;
static volatile LONG Released;

static VOID NTAPI ReleaseLater(PVOID Context) {
    while (ExAcquireRundownProtectionCacheAware(Rundown)) {
        ExReleaseRundownProtectionCacheAware(Rundown);
        PauseMs(1);
    }
    Released = 1;
    ExReleaseRundownProtectionCacheAware(Rundown);
}

CONFORMANCE(ExWaitForRundownProtectionReleaseCacheAware, WaitsForTheUsers) {
    PETHREAD user;
    Released = 0;
    Rundown = ExAllocateCacheAwareRundownProtection(NonPagedPoolNx, CONFORMANCE_TAG);
    REQUIRE(Rundown != NULL);
    ExAcquireRundownProtectionCacheAware(Rundown);
    user = StartHelper(ReleaseLater, NULL);
    ExWaitForRundownProtectionReleaseCacheAware(Rundown);
    CHECK_EQ(Released, 1);
    CHECK(EndHelper(user));
    ExFreeCacheAwareRundownProtection(Rundown);
}

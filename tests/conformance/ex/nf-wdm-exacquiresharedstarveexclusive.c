// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static ERESOURCE Resource;

static VOID NTAPI WantExclusive(PVOID Context) {
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&Resource, TRUE);
    ExReleaseResourceLite(&Resource);
    KeLeaveCriticalRegion();
}
static VOID NTAPI TryBoth(PVOID Context) {
    ULONG* result = Context;
    KeEnterCriticalRegion();
    if (ExAcquireSharedStarveExclusive(&Resource, FALSE)) {
        *result |= 1;
        ExReleaseResourceLite(&Resource);
    }
    if (ExAcquireResourceSharedLite(&Resource, FALSE)) {
        *result |= 2;
        ExReleaseResourceLite(&Resource);
    }
    KeLeaveCriticalRegion();
}

CONFORMANCE(ExAcquireSharedStarveExclusive, GoesBeforeWaitersForExclusive) {
    ULONG result = 0;
    PETHREAD waiter;
    ExInitializeResourceLite(&Resource);
    KeEnterCriticalRegion();
    ExAcquireResourceSharedLite(&Resource, TRUE);
    waiter = StartHelper(WantExclusive, NULL);
    CHECK(EVENTUALLY(ExGetExclusiveWaiterCount(&Resource) == 1));
    CHECK(RunHelper(TryBoth, &result));
    CHECK_EQ(result, 1);
    ExReleaseResourceLite(&Resource);
    KeLeaveCriticalRegion();
    CHECK(EndHelper(waiter));
    ExDeleteResourceLite(&Resource);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static ERESOURCE Resource;

static VOID NTAPI WantExclusive(PVOID Context) {
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&Resource, TRUE);
    ExReleaseResourceLite(&Resource);
    KeLeaveCriticalRegion();
}

CONFORMANCE(ExAcquireSharedWaitForExclusive, AnOwnerToogoesBehindWaitersForExclusive) {
    PETHREAD waiter;
    ExInitializeResourceLite(&Resource);
    KeEnterCriticalRegion();
    CHECK(ExAcquireSharedWaitForExclusive(&Resource, TRUE));
    waiter = StartHelper(WantExclusive, NULL);
    CHECK(EVENTUALLY(ExGetExclusiveWaiterCount(&Resource) == 1));
    CHECK(!ExAcquireSharedWaitForExclusive(&Resource, FALSE));
    CHECK(ExAcquireSharedStarveExclusive(&Resource, FALSE));
    ExReleaseResourceLite(&Resource);
    ExReleaseResourceLite(&Resource);
    KeLeaveCriticalRegion();
    CHECK(EndHelper(waiter));
    ExDeleteResourceLite(&Resource);
}

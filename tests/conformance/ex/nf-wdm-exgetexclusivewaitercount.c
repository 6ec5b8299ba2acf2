// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

CONFORMANCE(ExGetExclusiveWaiterCount, IsZeroWithoutWaiters) {
    static ERESOURCE resource;
    ExInitializeResourceLite(&resource);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(ExGetExclusiveWaiterCount(&resource), 0));
    ExDeleteResourceLite(&resource);
}

static ERESOURCE Resource;
static VOID NTAPI Want(PVOID Context) {
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&Resource, TRUE);
    ExReleaseResourceLite(&Resource);
    KeLeaveCriticalRegion();
}

CONFORMANCE(ExGetExclusiveWaiterCount, CountsWaiters) {
    PETHREAD waiter;
    ExInitializeResourceLite(&Resource);
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&Resource, TRUE);
    waiter = StartHelper(Want, NULL);
    CHECK(EVENTUALLY(ExGetExclusiveWaiterCount(&Resource) == 1));
    CHECK_EQ(ExGetSharedWaiterCount(&Resource), 0);
    ExReleaseResourceLite(&Resource);
    KeLeaveCriticalRegion();
    CHECK(EndHelper(waiter));
    ExDeleteResourceLite(&Resource);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static ERESOURCE Resource;
static VOID NTAPI Want(PVOID Context) {
    KeEnterCriticalRegion();
    ExAcquireResourceSharedLite(&Resource, TRUE);
    ExReleaseResourceLite(&Resource);
    KeLeaveCriticalRegion();
}

CONFORMANCE(ExGetSharedWaiterCount, CountsWaiters) {
    PETHREAD waiter;
    ExInitializeResourceLite(&Resource);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(ExGetSharedWaiterCount(&Resource), 0));
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&Resource, TRUE);
    waiter = StartHelper(Want, NULL);
    CHECK(EVENTUALLY(ExGetSharedWaiterCount(&Resource) == 1));
    ExReleaseResourceLite(&Resource);
    KeLeaveCriticalRegion();
    CHECK(EndHelper(waiter));
    ExDeleteResourceLite(&Resource);
}

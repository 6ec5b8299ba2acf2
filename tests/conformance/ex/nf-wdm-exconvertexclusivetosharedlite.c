// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static ERESOURCE Resource;

static VOID NTAPI TakeShared(PVOID Context) {
    KeEnterCriticalRegion();
    ExAcquireResourceSharedLite(&Resource, TRUE);
    ExReleaseResourceLite(&Resource);
    KeLeaveCriticalRegion();
}

CONFORMANCE(ExConvertExclusiveToSharedLite, LetsWaitersForSharedIn) {
    PETHREAD waiter;
    ExInitializeResourceLite(&Resource);
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&Resource, TRUE);
    waiter = StartHelper(TakeShared, NULL);
    CHECK(EVENTUALLY(ExGetSharedWaiterCount(&Resource) == 1));
    AT_IRQL(DISPATCH_LEVEL, ExConvertExclusiveToSharedLite(&Resource));
    CHECK(EndHelper(waiter));
    CHECK(!ExIsResourceAcquiredExclusiveLite(&Resource));
    CHECK(ExIsResourceAcquiredSharedLite(&Resource) != 0);
    ExReleaseResourceLite(&Resource);
    KeLeaveCriticalRegion();
    ExDeleteResourceLite(&Resource);
}

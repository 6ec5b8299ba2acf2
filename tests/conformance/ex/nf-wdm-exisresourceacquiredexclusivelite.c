// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static ERESOURCE Resource;

static VOID NTAPI Ask(PVOID Context) { CHECK(!ExIsResourceAcquiredExclusiveLite(&Resource)); }

CONFORMANCE(ExIsResourceAcquiredExclusiveLite, IsTrueForTheOwnerOnly) {
    ExInitializeResourceLite(&Resource);
    KeEnterCriticalRegion();
    CHECK(!ExIsResourceAcquiredExclusiveLite(&Resource));
    ExAcquireResourceExclusiveLite(&Resource, TRUE);
    AT_IRQL(DISPATCH_LEVEL, CHECK(ExIsResourceAcquiredExclusiveLite(&Resource)));
    CHECK(RunHelper(Ask, NULL));
    ExReleaseResourceLite(&Resource);
    ExAcquireResourceSharedLite(&Resource, TRUE);
    CHECK(!ExIsResourceAcquiredExclusiveLite(&Resource));
    ExReleaseResourceLite(&Resource);
    KeLeaveCriticalRegion();
    ExDeleteResourceLite(&Resource);
}

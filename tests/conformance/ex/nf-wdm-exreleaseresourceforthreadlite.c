// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

NTKERNELAPI VOID NTAPI ExSetResourceOwnerPointerEx(PERESOURCE Resource, PVOID OwnerPointer,
                                                   ULONG Flags);

static ERESOURCE Resource;

static VOID NTAPI Release(PVOID Context) {
    ExReleaseResourceForThreadLite(&Resource, (ERESOURCE_THREAD)Context);
}

CONFORMANCE(ExReleaseResourceForThreadLite, ReleasesWhatTheCallerAcquired) {
    REQUIRE(PsGetCurrentThread() != NULL);
    ExInitializeResourceLite(&Resource);
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&Resource, TRUE);
    Release(PsGetCurrentThread());
    CHECK(!ExIsResourceAcquiredExclusiveLite(&Resource));
    KeLeaveCriticalRegion();
    ExDeleteResourceLite(&Resource);
}

/* For another thread's acquisition the page wants its ownership transferred first. */
CONFORMANCE(ExReleaseResourceForThreadLite, ReleasesWhatAnotherThreadHandedOver) {
    PVOID owner = (PVOID)((ULONG_PTR)PsGetCurrentThread() | 3);
    ExInitializeResourceLite(&Resource);
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&Resource, TRUE);
    ExSetResourceOwnerPointerEx(&Resource, owner, FLAG_OWNER_POINTER_IS_THREAD);
    CHECK(RunHelper(Release, owner));
    CHECK(ExAcquireResourceExclusiveLite(&Resource, FALSE));
    ExReleaseResourceLite(&Resource);
    KeLeaveCriticalRegion();
    ExDeleteResourceLite(&Resource);
}

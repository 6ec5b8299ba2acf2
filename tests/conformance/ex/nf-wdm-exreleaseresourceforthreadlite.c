// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static ERESOURCE Resource;

static VOID NTAPI Release(PVOID Context) {
    ExReleaseResourceForThreadLite(&Resource, (ERESOURCE_THREAD)Context);
}

CONFORMANCE(ExReleaseResourceForThreadLite, ReleasesWhatAnotherThreadAcquired) {
    ExInitializeResourceLite(&Resource);
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&Resource, TRUE);
    CHECK(RunHelper(Release, PsGetCurrentThread()));
    CHECK(!ExIsResourceAcquiredExclusiveLite(&Resource));
    KeLeaveCriticalRegion();
    ExDeleteResourceLite(&Resource);
}

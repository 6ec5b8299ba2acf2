// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static ERESOURCE Resource;

static VOID NTAPI TryShared(PVOID Context) {
    KeEnterCriticalRegion();
    if (ExAcquireResourceSharedLite(&Resource, FALSE)) {
        *(BOOLEAN*)Context = TRUE;
        ExReleaseResourceLite(&Resource);
    }
    KeLeaveCriticalRegion();
}
static BOOLEAN OthersMayShare(VOID) {
    BOOLEAN may = FALSE;
    RunHelper(TryShared, &may);
    return may;
}

CONFORMANCE(ExAcquireResourceSharedLite, LetsOthersShare) {
    ExInitializeResourceLite(&Resource);
    KeEnterCriticalRegion();
    CHECK(ExAcquireResourceSharedLite(&Resource, TRUE));
    CHECK(ExAcquireResourceSharedLite(&Resource, FALSE));
    CHECK(OthersMayShare());
    ExReleaseResourceLite(&Resource);
    ExReleaseResourceLite(&Resource);
    KeLeaveCriticalRegion();
    ExDeleteResourceLite(&Resource);
}

CONFORMANCE(ExAcquireResourceSharedLite, IsRefusedByAnExclusiveOwnerButNotToIt) {
    ExInitializeResourceLite(&Resource);
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&Resource, TRUE);
    CHECK(!OthersMayShare());
    CHECK(ExAcquireResourceSharedLite(&Resource, FALSE));
    ExReleaseResourceLite(&Resource);
    ExReleaseResourceLite(&Resource);
    KeLeaveCriticalRegion();
    ExDeleteResourceLite(&Resource);
}

// SPDX-License-Identifier: GPL-2.0-only
// As ExEnterCriticalRegionAndAcquireResourceExclusive, which has a page; prototypes of ntddk.h.
#include "conformance.h"

NTKERNELAPI PVOID NTAPI ExEnterCriticalRegionAndAcquireResourceShared(PERESOURCE Resource);
NTKERNELAPI PVOID NTAPI ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(PERESOURCE Resource);

CONFORMANCE(ExEnterCriticalRegionAndAcquireResourceShared, HoldsItSharedInACriticalRegion) {
    static ERESOURCE resource;
    ExInitializeResourceLite(&resource);
    ExEnterCriticalRegionAndAcquireResourceShared(&resource);
    CHECK(KeAreApcsDisabled());
    CHECK(!ExIsResourceAcquiredExclusiveLite(&resource));
    CHECK_EQ(ExIsResourceAcquiredSharedLite(&resource), 1);
    ExReleaseResourceAndLeaveCriticalRegion(&resource);
    ExDeleteResourceLite(&resource);
}

CONFORMANCE(ExEnterCriticalRegionAndAcquireSharedWaitForExclusive, HoldsItSharedInACriticalRegion) {
    static ERESOURCE resource;
    ExInitializeResourceLite(&resource);
    ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(&resource);
    CHECK(KeAreApcsDisabled());
    CHECK_EQ(ExIsResourceAcquiredSharedLite(&resource), 1);
    ExReleaseResourceAndLeaveCriticalRegion(&resource);
    ExDeleteResourceLite(&resource);
}

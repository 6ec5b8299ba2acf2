// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExEnterCriticalRegionAndAcquireResourceExclusive, HoldsItInACriticalRegion) {
    static ERESOURCE resource;
    ExInitializeResourceLite(&resource);
    ExEnterCriticalRegionAndAcquireResourceExclusive(&resource);
    CHECK(KeAreApcsDisabled());
    CHECK(ExIsResourceAcquiredExclusiveLite(&resource));
    ExReleaseResourceAndLeaveCriticalRegion(&resource);
    CHECK(!KeAreApcsDisabled());
    ExDeleteResourceLite(&resource);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExReleaseResourceAndLeaveCriticalRegion, FreesItAndEnablesApcs) {
    static ERESOURCE resource;
    ExInitializeResourceLite(&resource);
    ExEnterCriticalRegionAndAcquireResourceExclusive(&resource);
    ExReleaseResourceAndLeaveCriticalRegion(&resource);
    CHECK(!KeAreApcsDisabled());
    CHECK(!ExIsResourceAcquiredExclusiveLite(&resource));
    ExDeleteResourceLite(&resource);
}

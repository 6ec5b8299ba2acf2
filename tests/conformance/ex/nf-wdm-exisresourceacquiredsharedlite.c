// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExIsResourceAcquiredSharedLite, CountsTheCallersAcquisitions) {
    static ERESOURCE resource;
    ExInitializeResourceLite(&resource);
    KeEnterCriticalRegion();
    CHECK_EQ(ExIsResourceAcquiredSharedLite(&resource), 0);
    ExAcquireResourceSharedLite(&resource, TRUE);
    ExAcquireResourceSharedLite(&resource, TRUE);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(ExIsResourceAcquiredSharedLite(&resource), 2));
    ExReleaseResourceLite(&resource);
    ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
    ExDeleteResourceLite(&resource);
}

CONFORMANCE(ExIsResourceAcquiredSharedLite, CountsExclusiveAccessToo) {
    static ERESOURCE resource;
    ExInitializeResourceLite(&resource);
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&resource, TRUE);
    CHECK_EQ(ExIsResourceAcquiredSharedLite(&resource), 1);
    ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
    ExDeleteResourceLite(&resource);
}

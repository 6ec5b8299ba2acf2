// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExReleaseResourceLite, FreesTheResource) {
    static ERESOURCE resource;
    ExInitializeResourceLite(&resource);
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&resource, TRUE);
    CHECK(ExIsResourceAcquiredExclusiveLite(&resource));
    ExReleaseResourceLite(&resource);
    CHECK(!ExIsResourceAcquiredExclusiveLite(&resource));
    KeLeaveCriticalRegion();
    ExDeleteResourceLite(&resource);
}

CONFORMANCE_BUG_CHECK(ExReleaseResourceLite, StopsTheMachineWhenTheCallerDoesNotOwnIt, 0xE3) {
    static ERESOURCE resource;
    ExInitializeResourceLite(&resource);
    KeEnterCriticalRegion();
    ExReleaseResourceLite(&resource);
}

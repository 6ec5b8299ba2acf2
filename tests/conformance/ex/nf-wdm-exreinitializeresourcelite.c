// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExReinitializeResourceLite, ReusesAResource) {
    static ERESOURCE resource;
    ExInitializeResourceLite(&resource);
    AT_IRQL(DISPATCH_LEVEL, CHECK_STATUS(ExReinitializeResourceLite(&resource), STATUS_SUCCESS));
    KeEnterCriticalRegion();
    CHECK(ExAcquireResourceExclusiveLite(&resource, FALSE));
    ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
    ExDeleteResourceLite(&resource);
}

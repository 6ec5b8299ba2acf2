// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

NTKERNELAPI VOID NTAPI ExDisableResourceBoostLite(PERESOURCE Resource);

CONFORMANCE(ExDisableResourceBoostLite, LeavesTheResourceUsable) {
    static ERESOURCE resource;
    ExInitializeResourceLite(&resource);
    AT_IRQL(DISPATCH_LEVEL, ExDisableResourceBoostLite(&resource));
    KeEnterCriticalRegion();
    CHECK(ExAcquireResourceExclusiveLite(&resource, TRUE));
    ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
    ExDeleteResourceLite(&resource);
}

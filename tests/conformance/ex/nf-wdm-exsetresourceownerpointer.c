// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

NTKERNELAPI VOID NTAPI ExSetResourceOwnerPointer(PERESOURCE Resource, PVOID OwnerPointer);

CONFORMANCE(ExSetResourceOwnerPointer, ReleasingNamesThePointer) {
    static ERESOURCE resource;
    static DECLSPEC_ALIGN(16) ULONG owner[4];
    PVOID pointer = (PVOID)((ULONG_PTR)owner | 3);
    ExInitializeResourceLite(&resource);
    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&resource, TRUE);
    ExSetResourceOwnerPointer(&resource, pointer);
    ExReleaseResourceForThreadLite(&resource, (ERESOURCE_THREAD)pointer);
    CHECK(ExAcquireResourceExclusiveLite(&resource, FALSE));
    ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
    ExDeleteResourceLite(&resource);
}

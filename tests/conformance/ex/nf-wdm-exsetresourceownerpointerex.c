// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

NTKERNELAPI VOID NTAPI ExSetResourceOwnerPointerEx(PERESOURCE Resource, PVOID OwnerPointer,
                                                   ULONG Flags);

CONFORMANCE(ExSetResourceOwnerPointerEx, ReleasingNamesThePointer) {
    static ERESOURCE resource;
    static DECLSPEC_ALIGN(16) ULONG owner[4];
    PVOID pointer = (PVOID)((ULONG_PTR)owner | 3);
    ExInitializeResourceLite(&resource);
    KeEnterCriticalRegion();
    ExAcquireResourceSharedLite(&resource, TRUE);
    ExSetResourceOwnerPointerEx(&resource, pointer, 0);
    CHECK(!ExAcquireResourceExclusiveLite(&resource, FALSE));
    ExReleaseResourceForThreadLite(&resource, (ERESOURCE_THREAD)pointer);
    CHECK(ExAcquireResourceExclusiveLite(&resource, FALSE));
    ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
    ExDeleteResourceLite(&resource);
}

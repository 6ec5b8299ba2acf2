// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

NTKERNELAPI VOID NTAPI ExFreePool2(PVOID P, ULONG Tag, const VOID* ExtendedParameters,
                                   ULONG ExtendedParametersCount);

CONFORMANCE(ExFreePool2, GivesTheMemoryBack) {
    PVOID memory;
    ULONG i;
    for (i = 0; i < 64; i++) {
        memory = ExAllocatePoolWithTag(NonPagedPoolNx, 8 << 20, CONFORMANCE_TAG);
        REQUIRE(memory != NULL);
        AT_IRQL(DISPATCH_LEVEL, ExFreePool2(memory, CONFORMANCE_TAG, NULL, 0));
    }
}

// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

// Newer than mingw's headers. A parameter names its type in the first eight bits.
typedef struct _PARAMETER {
    ULONG64 Type : 8, Optional : 1, Reserved : 55;
    ULONG64 Value;
} PARAMETER;
NTKERNELAPI PVOID NTAPI ExAllocatePool3(ULONG64 Flags, SIZE_T NumberOfBytes, ULONG Tag,
                                        const PARAMETER* ExtendedParameters,
                                        ULONG ExtendedParametersCount);
#define FLAG_NON_PAGED 0x0000000000000040ULL
#define TYPE_PRIORITY  1

CONFORMANCE(ExAllocatePool3, TakesAPriority) {
    PARAMETER priority = {TYPE_PRIORITY, 0, 0, NormalPoolPriority};
    PUCHAR memory = NULL;
    AT_IRQL(DISPATCH_LEVEL,
            memory = ExAllocatePool3(FLAG_NON_PAGED, 64, CONFORMANCE_TAG, &priority, 1));
    REQUIRE(memory != NULL);
    CHECK_EQ(memory[63], 0);
    ExFreePoolWithTag(memory, CONFORMANCE_TAG);
    CHECK_EQ(ExAllocatePool3(FLAG_NON_PAGED, (SIZE_T)1 << 60, CONFORMANCE_TAG, NULL, 0), NULL);
}

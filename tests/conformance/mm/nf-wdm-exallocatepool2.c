// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

// Newer than mingw's headers.
NTKERNELAPI PVOID NTAPI ExAllocatePool2(ULONG64 Flags, SIZE_T NumberOfBytes, ULONG Tag);
#define FLAG_UNINITIALIZED 0x0000000000000002ULL
#define FLAG_RAISE         0x0000000000000020ULL
#define FLAG_NON_PAGED     0x0000000000000040ULL

CONFORMANCE(ExAllocatePool2, ZeroesUnlessToldNotTo) {
    PUCHAR memory = NULL;
    SIZE_T i;
    AT_IRQL(DISPATCH_LEVEL, memory = ExAllocatePool2(FLAG_NON_PAGED, 300, CONFORMANCE_TAG));
    REQUIRE(memory != NULL);
    for (i = 0; i < 300 && memory[i] == 0; i++) {
    }
    CHECK_EQ(i, 300);
    ExFreePoolWithTag(memory, CONFORMANCE_TAG);
    memory = ExAllocatePool2(FLAG_NON_PAGED | FLAG_UNINITIALIZED, 300, CONFORMANCE_TAG);
    REQUIRE(memory != NULL);
    ExFreePoolWithTag(memory, CONFORMANCE_TAG);
}
CONFORMANCE(ExAllocatePool2, FailsWithNullOrRaises) {
    CHECK_EQ(ExAllocatePool2(FLAG_NON_PAGED, (SIZE_T)1 << 60, CONFORMANCE_TAG), NULL);
    CHECK_EQ(ExAllocatePool2(0, 100, CONFORMANCE_TAG), NULL);  // no pool named
    CHECK_RAISES(ExAllocatePool2(FLAG_NON_PAGED | FLAG_RAISE, (SIZE_T)1 << 60, CONFORMANCE_TAG),
                 STATUS_INSUFFICIENT_RESOURCES);
}

// SPDX-License-Identifier: GPL-2.0-only
// KAFFINITY_EX as in public symbol tables: two USHORTs, a ULONG, and 64 bits a group.
#include "threads.h"

typedef struct {
    USHORT Count, Size;
    ULONG Reserved;
    ULONG64 Bitmap[20];
} TEST_AFFINITY_EX;

IMPORTED(VOID, KeInitializeAffinityEx, TEST_AFFINITY_EX*);
IMPORTED(VOID, KeAddProcessorAffinityEx, TEST_AFFINITY_EX*, ULONG);
IMPORTED(VOID, KeRemoveProcessorAffinityEx, TEST_AFFINITY_EX*, ULONG);
IMPORTED(BOOLEAN, KeCheckProcessorAffinityEx, TEST_AFFINITY_EX*, ULONG);
IMPORTED(ULONG, KeCountSetBitsAffinityEx, TEST_AFFINITY_EX*);

static TEST_AFFINITY_EX Set;

CONFORMANCE(KeInitializeAffinityEx, MakesAnEmptySet) {
    RtlFillMemory(&Set, sizeof(Set), 0x55);
    ImportedKeInitializeAffinityEx(&Set);
    CHECK_EQ(ImportedKeCountSetBitsAffinityEx(&Set), 0);
    CHECK_EQ(Set.Size, 20);
}
CONFORMANCE(KeAddProcessorAffinityEx, AddsAcrossGroups) {
    ImportedKeInitializeAffinityEx(&Set);
    ImportedKeAddProcessorAffinityEx(&Set, 1);
    ImportedKeAddProcessorAffinityEx(&Set, 65);
    CHECK_EQ(Set.Bitmap[0], 2);
    CHECK_EQ(Set.Bitmap[1], 2);
    CHECK(ImportedKeCheckProcessorAffinityEx(&Set, 65));
    ImportedKeAddProcessorAffinityEx(&Set, 64 * 20);
    CHECK_EQ(ImportedKeCountSetBitsAffinityEx(&Set), 2);
}
CONFORMANCE(KeRemoveProcessorAffinityEx, TakesOneOut) {
    ImportedKeInitializeAffinityEx(&Set);
    ImportedKeAddProcessorAffinityEx(&Set, 3);
    ImportedKeRemoveProcessorAffinityEx(&Set, 3);
    ImportedKeRemoveProcessorAffinityEx(&Set, 300);
    CHECK_EQ(ImportedKeCountSetBitsAffinityEx(&Set), 0);
}
CONFORMANCE(KeCheckProcessorAffinityEx, IsFalseForOneThatIsNotIn) {
    ImportedKeInitializeAffinityEx(&Set);
    ImportedKeAddProcessorAffinityEx(&Set, 3);
    CHECK(ImportedKeCheckProcessorAffinityEx(&Set, 3));
    CHECK(!ImportedKeCheckProcessorAffinityEx(&Set, 2));
    CHECK(!ImportedKeCheckProcessorAffinityEx(&Set, 5000));
}
CONFORMANCE(KeCountSetBitsAffinityEx, Counts) {
    ImportedKeInitializeAffinityEx(&Set);
    ImportedKeAddProcessorAffinityEx(&Set, 0);
    ImportedKeAddProcessorAffinityEx(&Set, 63);
    AT_IRQL(HIGH_LEVEL, CHECK_EQ(ImportedKeCountSetBitsAffinityEx(&Set), 2));
}

// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeSetSystemAffinityThreadEx, MovesTheThreadAtOnceAndReturnsThePrevious) {
    ULONG last = KeQueryActiveProcessorCount(NULL) - 1;
    KAFFINITY before = KeSetSystemAffinityThreadEx((KAFFINITY)1 << last);
    CHECK_EQ(before, 0);
    CHECK_EQ(KeGetCurrentProcessorNumberEx(NULL), last);
    CHECK_EQ(KeSetSystemAffinityThreadEx(1), (KAFFINITY)1 << last);
    CHECK_EQ(KeGetCurrentProcessorNumberEx(NULL), 0);
    KeRevertToUserAffinityThreadEx(before);
}

CONFORMANCE(KeSetSystemAffinityThreadEx, AnInvalidMaskHasNoEffect) {
    KAFFINITY before = KeSetSystemAffinityThreadEx(1);
    KeSetSystemAffinityThreadEx((KAFFINITY)1 << 63);
    CHECK_EQ(KeSetSystemAffinityThreadEx((KAFFINITY)1 << 63 | 1), 1);
    CHECK_EQ(KeSetSystemAffinityThreadEx(0), 1);
    KeRevertToUserAffinityThreadEx(before);
}

CONFORMANCE(KeSetSystemAffinityThreadEx, AtDispatchLevelTakesEffectBelow) {
    ULONG last = KeQueryActiveProcessorCount(NULL) - 1;
    KAFFINITY before = 77;
    AT_IRQL(DISPATCH_LEVEL, before = KeSetSystemAffinityThreadEx((KAFFINITY)1 << last));
    CHECK_EQ(KeGetCurrentProcessorNumberEx(NULL), last);
    KeRevertToUserAffinityThreadEx(before);
}

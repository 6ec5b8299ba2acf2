// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeSetSystemGroupAffinityThread, MovesTheThreadAndTellsThePrevious) {
    ULONG last = KeQueryActiveProcessorCount(NULL) - 1;
    GROUP_AFFINITY to = {(KAFFINITY)1 << last, 0, {0}}, first = {7, 7, {0}}, second = {7, 7, {0}};
    KeSetSystemGroupAffinityThread(&to, &first);
    CHECK_EQ(KeGetCurrentProcessorNumberEx(NULL), last);
    CHECK_EQ(first.Mask, 0);
    CHECK_EQ(first.Group, 0);
    KeSetSystemGroupAffinityThread(&to, &second);
    CHECK_EQ(second.Mask, (KAFFINITY)1 << last);
    KeRevertToUserGroupAffinityThread(&first);
}

CONFORMANCE(KeSetSystemGroupAffinityThread, AnInvalidGroupOrMaskHasNoEffect) {
    GROUP_AFFINITY good = {1, 0, {0}}, group = {1, 9, {0}}, mask = {(KAFFINITY)1 << 63, 0, {0}};
    GROUP_AFFINITY first, previous = {7, 7, {0}};
    KeSetSystemGroupAffinityThread(&good, &first);
    KeSetSystemGroupAffinityThread(&group, &previous);
    CHECK_EQ(previous.Mask, 0);
    CHECK_EQ(previous.Group, 0);
    previous.Mask = 7;
    KeSetSystemGroupAffinityThread(&mask, &previous);
    CHECK_EQ(previous.Mask, 0);
    CHECK_EQ(KeSetSystemAffinityThreadEx(1), 1);
    KeRevertToUserGroupAffinityThread(&first);
}

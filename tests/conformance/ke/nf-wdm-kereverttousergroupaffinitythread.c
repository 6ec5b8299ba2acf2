// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeRevertToUserGroupAffinityThread, ZeroRestoresTheOriginalAffinity) {
    GROUP_AFFINITY good = {1, 0, {0}}, first;
    KeSetSystemGroupAffinityThread(&good, &first);
    KeRevertToUserGroupAffinityThread(&first);
    CHECK_EQ(KeSetSystemAffinityThreadEx(1), 0);
    KeRevertToUserAffinityThreadEx(0);
}

CONFORMANCE(KeRevertToUserGroupAffinityThread, HasNoEffectWithoutASystemAffinity) {
    GROUP_AFFINITY good = {1, 0, {0}};
    KeRevertToUserGroupAffinityThread(&good);
    CHECK_EQ(KeSetSystemAffinityThreadEx(1), 0);
    KeRevertToUserAffinityThreadEx(0);
}

CONFORMANCE(KeRevertToUserGroupAffinityThread, AnInvalidGroupHasNoEffect) {
    GROUP_AFFINITY good = {1, 0, {0}}, bad = {1, 9, {0}}, first;
    KeSetSystemGroupAffinityThread(&good, &first);
    KeRevertToUserGroupAffinityThread(&bad);
    CHECK_EQ(KeSetSystemAffinityThreadEx(1), 1);
    AT_IRQL(DISPATCH_LEVEL, KeRevertToUserGroupAffinityThread(&first));
    CHECK_EQ(KeSetSystemAffinityThreadEx(1), 0);
    KeRevertToUserAffinityThreadEx(0);
}

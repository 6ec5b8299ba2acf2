// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeRevertToUserAffinityThreadEx, ZeroRestoresTheOriginalAffinity) {
    CHECK_EQ(KeSetSystemAffinityThreadEx(1), 0);
    KeRevertToUserAffinityThreadEx(0);
    CHECK_EQ(KeSetSystemAffinityThreadEx(1), 0);
    KeRevertToUserAffinityThreadEx(0);
}

CONFORMANCE(KeRevertToUserAffinityThreadEx, AMaskHoldsAndAnInvalidOneHasNoEffect) {
    KeSetSystemAffinityThreadEx(1);
    KeRevertToUserAffinityThreadEx(1);
    KeRevertToUserAffinityThreadEx((KAFFINITY)1 << 63);
    CHECK_EQ(KeSetSystemAffinityThreadEx(1), 1);
    AT_IRQL(DISPATCH_LEVEL, KeRevertToUserAffinityThreadEx(0));
    CHECK_EQ(KeSetSystemAffinityThreadEx(1), 0);
    KeRevertToUserAffinityThreadEx(0);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmIsDriverVerifyingByAddress, NoImageIsNotVerified) {
    ULONG local;
    CHECK_EQ(MmIsDriverVerifyingByAddress(&local), 0);
}

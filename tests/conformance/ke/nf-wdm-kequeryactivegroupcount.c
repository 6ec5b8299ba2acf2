// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeQueryActiveGroupCount, IsOneBelow65Processors) {
    CHECK_EQ(KeQueryActiveGroupCount(), 1);
    AT_IRQL(HIGH_LEVEL, CHECK_EQ(KeQueryActiveGroupCount(), 1));
}

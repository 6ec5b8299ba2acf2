// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeQueryActiveProcessors, HasABitForEachProcessor) {
    KAFFINITY mask = KeQueryActiveProcessors();
    CHECK_EQ(mask, ((KAFFINITY)1 << KeQueryActiveProcessorCount(NULL)) - 1);
    AT_IRQL(HIGH_LEVEL, CHECK_EQ(KeQueryActiveProcessors(), mask));
}

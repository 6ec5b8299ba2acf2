// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeQueryActiveProcessorCount, TellsNumberAndMask) {
    KAFFINITY mask = 0;
    ULONG count = KeQueryActiveProcessorCount(&mask);
    CHECK(count >= 1);
    CHECK_EQ(mask, KeQueryActiveProcessors());
    CHECK_EQ(KeQueryActiveProcessorCount(NULL), count);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(ULONG, KeQueryNodeActiveProcessorCount, USHORT);

CONFORMANCE(KeQueryNodeActiveProcessorCount, CountsTheNode) {
    CHECK_EQ(ImportedKeQueryNodeActiveProcessorCount(0), KeQueryActiveProcessorCount(NULL));
    CHECK_EQ(ImportedKeQueryNodeActiveProcessorCount(0x123), 0);
}

/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisGroupActiveProcessorCount, CountsWhatTheKernelCounts) {
    ULONG count = 0;
    AT_IRQL(DISPATCH_LEVEL, count = NdisGroupActiveProcessorCount(0));
    CHECK_EQ(count, KeQueryActiveProcessorCountEx(0));
    CHECK_EQ(NdisGroupActiveProcessorCount(ALL_PROCESSOR_GROUPS),
             KeQueryActiveProcessorCountEx(ALL_PROCESSOR_GROUPS));
}

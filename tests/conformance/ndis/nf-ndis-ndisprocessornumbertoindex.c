/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisProcessorNumberToIndex, NumbersTheProcessors) {
    PROCESSOR_NUMBER number = {0};
    ULONG index = 1;
    AT_IRQL(DISPATCH_LEVEL, index = NdisProcessorNumberToIndex(&number));
    CHECK_EQ(index, 0);
    number.Group = 9;
    CHECK_EQ(NdisProcessorNumberToIndex(&number), 0xFFFFFFFF);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeGetProcessorNumberFromIndex, IsTheInverseOfTheIndex) {
    ULONG count = KeQueryActiveProcessorCount(NULL), i;
    for (i = 0; i < count; i++) {
        PROCESSOR_NUMBER number = {9, 9, 9};
        CHECK_STATUS(KeGetProcessorNumberFromIndex(i, &number), STATUS_SUCCESS);
        CHECK_EQ(KeGetProcessorIndexFromNumber(&number), i);
    }
}

CONFORMANCE(KeGetProcessorNumberFromIndex, RefusesAnInvalidIndex) {
    PROCESSOR_NUMBER number;
    CHECK_STATUS(KeGetProcessorNumberFromIndex(0x1000, &number), STATUS_INVALID_PARAMETER);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeGetProcessorIndexFromNumber, TellsTheIndex) {
    PROCESSOR_NUMBER first = {0, 0, 0};
    CHECK_EQ(KeGetProcessorIndexFromNumber(&first), 0);
}

CONFORMANCE(KeGetProcessorIndexFromNumber, RefusesInvalidNumbers) {
    PROCESSOR_NUMBER group = {7, 0, 0}, number = {0, 63, 0};
    CHECK_EQ(KeGetProcessorIndexFromNumber(&group), INVALID_PROCESSOR_INDEX);
    CHECK_EQ(KeGetProcessorIndexFromNumber(&number), INVALID_PROCESSOR_INDEX);
}

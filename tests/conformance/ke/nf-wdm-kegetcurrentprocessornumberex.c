// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeGetCurrentProcessorNumberEx, TellsIndexGroupAndNumber) {
    ULONG count = KeQueryActiveProcessorCount(NULL), i;
    for (i = 0; i < count; i++) {
        KAFFINITY before = KeSetSystemAffinityThreadEx((KAFFINITY)1 << i);
        PROCESSOR_NUMBER number = {9, 9, 9};
        CHECK_EQ(KeGetCurrentProcessorNumberEx(&number), i);
        CHECK_EQ(KeGetCurrentProcessorNumberEx(NULL), i);
        CHECK_EQ(number.Group, 0);
        CHECK_EQ(number.Number, i);
        KeRevertToUserAffinityThreadEx(before);
    }
}

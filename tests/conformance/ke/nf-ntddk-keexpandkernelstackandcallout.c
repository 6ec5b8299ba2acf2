// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

static VOID NTAPI Deep(PVOID Parameter) {
    ULONG_PTR low, high;
    IoGetStackLimits(&low, &high);
    *(SIZE_T*)Parameter = (ULONG_PTR)&low - low;
}

CONFORMANCE(KeExpandKernelStackAndCallout, GivesTheRoutineThatMuchStack) {
    SIZE_T left = 0;
    CHECK_STATUS(KeExpandKernelStackAndCallout(Deep, &left, 0x8000), STATUS_SUCCESS);
    CHECK(left >= 0x8000 - 0x400);
    left = 0;
    CHECK_STATUS(KeExpandKernelStackAndCallout(Deep, &left, 0x100), STATUS_SUCCESS);
    CHECK(left != 0);
}

CONFORMANCE(KeExpandKernelStackAndCallout, FailsWithoutACallForTooMuch) {
    SIZE_T left = 0;
    CHECK(!NT_SUCCESS(KeExpandKernelStackAndCallout(Deep, &left, 0x1000000)));
    CHECK_EQ(left, 0);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

NTKERNELAPI NTSTATUS NTAPI KeExpandKernelStackAndCalloutEx(PEXPAND_STACK_CALLOUT Callout,
                                                           PVOID Parameter, SIZE_T Size,
                                                           BOOLEAN Wait, PVOID Context);

static VOID NTAPI Deep(PVOID Parameter) {
    ULONG_PTR low, high;
    IoGetStackLimits(&low, &high);
    *(SIZE_T*)Parameter = (ULONG_PTR)&low - low;
}

CONFORMANCE(KeExpandKernelStackAndCalloutEx, GivesTheRoutineThatMuchStack) {
    SIZE_T left = 0;
    CHECK_STATUS(KeExpandKernelStackAndCalloutEx(Deep, &left, 0x8000, TRUE, NULL), STATUS_SUCCESS);
    CHECK(left >= 0x8000 - 0x400);
}

CONFORMANCE(KeExpandKernelStackAndCalloutEx, RefusesMoreThanTheMaximum) {
    SIZE_T left = 0;
    CHECK_STATUS(KeExpandKernelStackAndCalloutEx(Deep, &left, 0x1000000, TRUE, NULL),
                 STATUS_INVALID_PARAMETER_3);
    CHECK_EQ(left, 0);
}

CONFORMANCE(KeExpandKernelStackAndCalloutEx, CannotWaitAtDispatchLevel) {
    SIZE_T left = 0;
    AT_IRQL(DISPATCH_LEVEL, {
        CHECK_STATUS(KeExpandKernelStackAndCalloutEx(Deep, &left, 0x100, TRUE, NULL),
                     STATUS_INVALID_PARAMETER_4);
        CHECK_EQ(left, 0);
        CHECK_STATUS(KeExpandKernelStackAndCalloutEx(Deep, &left, 0x100, FALSE, NULL),
                     STATUS_SUCCESS);
    });
    CHECK(left != 0);
}

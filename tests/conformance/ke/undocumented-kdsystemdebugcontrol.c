// SPDX-License-Identifier: GPL-2.0-only
// Prototype of public headers; without a debugger everything in Kd fails alike (KdDisableDebugger).
#include "conformance.h"

NTKERNELAPI NTSTATUS NTAPI KdSystemDebugControl(ULONG Command, PVOID In, ULONG InBytes, PVOID Out,
                                                ULONG OutBytes, PULONG Returned,
                                                KPROCESSOR_MODE Mode);

CONFORMANCE(KdSystemDebugControl, FailsWithoutADebugger) {
    ULONG returned = 7;
    CHECK_STATUS(KdSystemDebugControl(37, NULL, 0, NULL, 0, &returned, KernelMode),
                 STATUS_DEBUGGER_INACTIVE);
    CHECK_EQ(returned, 0);
}

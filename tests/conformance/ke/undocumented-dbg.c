// SPDX-License-Identifier: GPL-2.0-only
// DbgPrintReturnControlC, the filter states and DbgPrompt: prototypes of public headers (wdm.h of
// older kits). There is no debugger in the machine, and nobody at it.
#include "conformance.h"

NTKERNELAPI ULONG __cdecl DbgPrintReturnControlC(PCCH Format, ...);
NTKERNELAPI NTSTATUS NTAPI DbgQueryDebugFilterState(ULONG ComponentId, ULONG Level);
NTKERNELAPI NTSTATUS NTAPI DbgSetDebugFilterState(ULONG ComponentId, ULONG Level, BOOLEAN State);

CONFORMANCE(DbgPrintReturnControlC, ReturnsSuccess) {
    CHECK_EQ(DbgPrintReturnControlC((PCCH) "conformance %d\n", 3), STATUS_SUCCESS);
}

CONFORMANCE(DbgQueryDebugFilterState, SaysWhatWasSet) {
    CHECK_STATUS(DbgSetDebugFilterState(DPFLTR_IHVDRIVER_ID, DPFLTR_TRACE_LEVEL, FALSE),
                 STATUS_SUCCESS);
    CHECK_EQ(DbgQueryDebugFilterState(DPFLTR_IHVDRIVER_ID, DPFLTR_TRACE_LEVEL), FALSE);
    DbgSetDebugFilterState(DPFLTR_IHVDRIVER_ID, DPFLTR_TRACE_LEVEL, TRUE);
    CHECK_EQ(DbgQueryDebugFilterState(DPFLTR_IHVDRIVER_ID, DPFLTR_TRACE_LEVEL), TRUE);
}

CONFORMANCE(DbgSetDebugFilterState, RefusesAnUnknownComponent) {
    CHECK_STATUS(DbgSetDebugFilterState(0x12345, DPFLTR_ERROR_LEVEL, TRUE),
                 STATUS_INVALID_PARAMETER_1);
    CHECK_STATUS(DbgQueryDebugFilterState(0x12345, DPFLTR_ERROR_LEVEL), STATUS_INVALID_PARAMETER_1);
}

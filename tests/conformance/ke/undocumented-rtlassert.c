// SPDX-License-Identifier: GPL-2.0-only
// The routine behind the documented macro ASSERT; prototype of wdm.h. Without a debugger nobody can
// answer its question, so the machine stops.
#include "conformance.h"

NTKERNELAPI VOID NTAPI RtlAssert(PVOID Assertion, PVOID File, ULONG Line, PCHAR Message);

CONFORMANCE_BUG_CHECK(RtlAssert, StopsTheMachineWithoutADebugger, 0xE2) {
    RtlAssert("1 == 2", "conformance.c", 1, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
// Variables, documented or declared in ntddk.h and wdm.h. The import table's slot is the variable's
// address, which is what a driver built with the WDK reads.
#include "threads.h"

#define IMPORTED_DATA(type, name) extern type* __imp_##name
IMPORTED_DATA(BOOLEAN, KdDebuggerEnabled);
IMPORTED_DATA(BOOLEAN, KdDebuggerNotPresent);
IMPORTED_DATA(ULONG, InitSafeBootMode);
IMPORTED_DATA(ULONG, NtBuildNumber);
IMPORTED_DATA(ULONG, NtGlobalFlag);
IMPORTED_DATA(CCHAR, KeNumberProcessors);
IMPORTED_DATA(volatile KSYSTEM_TIME, KeTickCount);

CONFORMANCE(KdDebuggerEnabled, IsFalse) { CHECK_EQ(*__imp_KdDebuggerEnabled, FALSE); }
CONFORMANCE(KdDebuggerNotPresent, IsTrue) { CHECK_EQ(*__imp_KdDebuggerNotPresent, TRUE); }
CONFORMANCE(InitSafeBootMode, IsZeroInANormalStart) { CHECK_EQ(*__imp_InitSafeBootMode, 0); }

/* Its highest bits tell free builds from checked ones, undocumented. */
CONFORMANCE(NtBuildNumber, IsWhatPsGetVersionSays) {
    ULONG build = 0;
    PsGetVersion(NULL, NULL, &build, NULL);
    CHECK_EQ(*__imp_NtBuildNumber & 0xFFFF, build);
}

CONFORMANCE(NtGlobalFlag, IsZeroWithoutDebuggingOptions) { CHECK_EQ(*__imp_NtGlobalFlag, 0); }

CONFORMANCE(KeNumberProcessors, IsTheNumberOfActiveProcessors) {
    CHECK_EQ((ULONG)*__imp_KeNumberProcessors, KeQueryActiveProcessorCount(NULL));
}

CONFORMANCE(KeTickCount, Advances) {
    LARGE_INTEGER exact;
    ULONG before = __imp_KeTickCount->LowPart;
    CHECK(EVENTUALLY(__imp_KeTickCount->LowPart != before));
    KeQueryTickCount(&exact);
    CHECK(exact.QuadPart - (LONGLONG)__imp_KeTickCount->LowPart <= 8);
    CHECK(exact.QuadPart >= (LONGLONG)before);
}

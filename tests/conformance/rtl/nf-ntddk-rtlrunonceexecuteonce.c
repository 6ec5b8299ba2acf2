/* SPDX-License-Identifier: GPL-2.0-only */
/* With RtlRunOnceInitialize, RtlRunOnceBeginInitialize and RtlRunOnceComplete, each with a page of
 * its own in ntddk. */
#include "conformance.h"

static ULONG Calls;
static ULONG Answer;

static ULONG NTAPI Once(PRTL_RUN_ONCE RunOnce, PVOID Parameter, PVOID* Context) {
    UNREFERENCED_PARAMETER(RunOnce);
    Calls++;
    if (Context != NULL) *Context = Parameter;
    return Answer;
}

CONFORMANCE(RtlRunOnceExecuteOnce, CallsItsRoutineOnce) {
    RTL_RUN_ONCE once;
    PVOID context = NULL;
    Calls = 0;
    Answer = TRUE;
    RtlRunOnceInitialize(&once);
    CHECK_STATUS(RtlRunOnceExecuteOnce(&once, Once, (PVOID)0x1000, &context), STATUS_SUCCESS);
    CHECK_EQ(context, (PVOID)0x1000);
    AT_IRQL(APC_LEVEL, CHECK_STATUS(RtlRunOnceExecuteOnce(&once, Once, (PVOID)0x2000, &context),
                                    STATUS_SUCCESS));
    CHECK_EQ(context, (PVOID)0x1000);
    CHECK_EQ(Calls, 1);
}

CONFORMANCE(RtlRunOnceExecuteOnce, FailsWithItsRoutine) {
    RTL_RUN_ONCE once = RTL_RUN_ONCE_INIT;
    Calls = 0;
    Answer = FALSE;
    CHECK(!NT_SUCCESS(RtlRunOnceExecuteOnce(&once, Once, NULL, NULL)));
    Answer = TRUE;
    CHECK_STATUS(RtlRunOnceExecuteOnce(&once, Once, NULL, NULL), STATUS_SUCCESS);
    CHECK_EQ(Calls, 2);
}

CONFORMANCE(RtlRunOnceInitialize, MakesWhatTheStaticInitializerMakes) {
    RTL_RUN_ONCE once, constant = RTL_RUN_ONCE_INIT;
    RtlInitializeBitMap((PRTL_BITMAP)&once, NULL, 0);
    AT_IRQL(APC_LEVEL, RtlRunOnceInitialize(&once));
    CHECK_BYTES(&once, &constant, sizeof(once));
}

CONFORMANCE(RtlRunOnceBeginInitialize, IsPendingUntilCompletion) {
    RTL_RUN_ONCE once = RTL_RUN_ONCE_INIT;
    PVOID context = NULL;
    CHECK_STATUS(RtlRunOnceBeginInitialize(&once, RTL_RUN_ONCE_CHECK_ONLY, &context),
                 STATUS_UNSUCCESSFUL);
    CHECK_STATUS(RtlRunOnceBeginInitialize(&once, 0, &context), STATUS_PENDING);
    CHECK_STATUS(RtlRunOnceComplete(&once, 0, (PVOID)0x4000), STATUS_SUCCESS);
    AT_IRQL(APC_LEVEL, CHECK_STATUS(RtlRunOnceBeginInitialize(&once, 0, &context), STATUS_SUCCESS));
    CHECK_EQ(context, (PVOID)0x4000);
    CHECK_STATUS(RtlRunOnceBeginInitialize(&once, RTL_RUN_ONCE_CHECK_ONLY, &context),
                 STATUS_SUCCESS);
}

CONFORMANCE(RtlRunOnceComplete, LetsOneOfSeveralAsynchronousOnesWin) {
    RTL_RUN_ONCE once = RTL_RUN_ONCE_INIT;
    PVOID context = NULL;
    CHECK_STATUS(RtlRunOnceBeginInitialize(&once, RTL_RUN_ONCE_ASYNC, &context), STATUS_PENDING);
    CHECK_STATUS(RtlRunOnceBeginInitialize(&once, RTL_RUN_ONCE_ASYNC, &context), STATUS_PENDING);
    CHECK_STATUS(RtlRunOnceComplete(&once, RTL_RUN_ONCE_ASYNC, (PVOID)0x8), STATUS_SUCCESS);
    CHECK_STATUS(RtlRunOnceComplete(&once, RTL_RUN_ONCE_ASYNC, (PVOID)0x10), STATUS_UNSUCCESSFUL);
    CHECK_STATUS(RtlRunOnceBeginInitialize(&once, 0, &context), STATUS_SUCCESS);
    CHECK_EQ(context, (PVOID)0x8);
}

CONFORMANCE(RtlRunOnceComplete, LetsAFailedOneBeRepeated) {
    RTL_RUN_ONCE once = RTL_RUN_ONCE_INIT;
    CHECK_STATUS(RtlRunOnceBeginInitialize(&once, 0, NULL), STATUS_PENDING);
    CHECK_STATUS(RtlRunOnceComplete(&once, RTL_RUN_ONCE_INIT_FAILED, NULL), STATUS_SUCCESS);
    CHECK_STATUS(RtlRunOnceBeginInitialize(&once, 0, NULL), STATUS_PENDING);
    CHECK_STATUS(RtlRunOnceComplete(&once, 0, NULL), STATUS_SUCCESS);
}

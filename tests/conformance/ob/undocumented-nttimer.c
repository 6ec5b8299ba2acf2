// SPDX-License-Identifier: GPL-2.0-only
// Facts: ZwCreateTimer, ZwOpenTimer, ZwSetTimer and ZwCancelTimer of wdm.h; CreateWaitableTimer and
// kin of synchapi.h.
#include "names.h"

NTSYSAPI NTSTATUS NTAPI NtCreateTimer(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, TIMER_TYPE);
NTSYSAPI NTSTATUS NTAPI NtOpenTimer(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);
NTSYSAPI NTSTATUS NTAPI NtSetTimer(HANDLE, PLARGE_INTEGER, PTIMER_APC_ROUTINE, PVOID, BOOLEAN, LONG,
                                   PBOOLEAN);
NTSYSAPI NTSTATUS NTAPI NtCancelTimer(HANDLE, PBOOLEAN);

static LARGE_INTEGER Soon = {.QuadPart = -10000}, Late = {.QuadPart = -100000000},
                     Now = {.QuadPart = 0};

static VOID MakesAnUnsignalledTimer(NTSTATUS(NTAPI* Create)(PHANDLE, ACCESS_MASK,
                                                            POBJECT_ATTRIBUTES, TIMER_TYPE)) {
    HANDLE timer = NULL;
    NAMED named;
    CHECK_STATUS(Create(&timer, TIMER_ALL_ACCESS, Unnamed(&named), NotificationTimer),
                 STATUS_SUCCESS);
    CHECK_STATUS(ZwWaitForSingleObject(timer, FALSE, &Now), STATUS_TIMEOUT);
    ZwClose(timer);
    CHECK_STATUS(Create(&timer, TIMER_ALL_ACCESS, &named.Attributes, (TIMER_TYPE)7),
                 STATUS_INVALID_PARAMETER);
}
CONFORMANCE(NtCreateTimer, MakesAnUnsignalledTimer) { MakesAnUnsignalledTimer(NtCreateTimer); }
CONFORMANCE(ZwCreateTimer, MakesAnUnsignalledTimer) { MakesAnUnsignalledTimer(ZwCreateTimer); }
static VOID OpensByName(NTSTATUS(NTAPI* Open)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES)) {
    HANDLE timer = NULL, found = NULL;
    NAMED named;
    CHECK_SUCCESS(
        ZwCreateTimer(&timer, TIMER_ALL_ACCESS, Named(&named, L"\\CfTimer", 0), NotificationTimer));
    CHECK_STATUS(Open(&found, TIMER_MODIFY_STATE, &named.Attributes), STATUS_SUCCESS);
    CHECK(SameObject(found, timer));
    ZwClose(found);
    ZwClose(timer);
    CHECK_STATUS(Open(&found, TIMER_MODIFY_STATE, &named.Attributes), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(Open(&found, SYNCHRONIZE, Named(&named, L"\\Device", 0)),
                 STATUS_OBJECT_TYPE_MISMATCH);
}
CONFORMANCE(NtOpenTimer, OpensByName) { OpensByName(NtOpenTimer); }
CONFORMANCE(ZwOpenTimer, OpensByName) { OpensByName(ZwOpenTimer); }
typedef NTSTATUS(NTAPI* SET)(HANDLE, PLARGE_INTEGER, PTIMER_APC_ROUTINE, PVOID, BOOLEAN, LONG,
                             PBOOLEAN);
static VOID IsSignalledWhenDue(SET Set) {
    BOOLEAN before = TRUE;
    HANDLE timer = NULL;
    NAMED named;
    CHECK_SUCCESS(ZwCreateTimer(&timer, TIMER_ALL_ACCESS, Unnamed(&named), NotificationTimer));
    CHECK_STATUS(Set(timer, &Soon, NULL, NULL, FALSE, 0, &before), STATUS_SUCCESS);
    CHECK_EQ(before, FALSE);
    CHECK_STATUS(ZwWaitForSingleObject(timer, FALSE, &Late), STATUS_SUCCESS);
    CHECK_STATUS(Set(timer, &Late, NULL, NULL, FALSE, 0, &before), STATUS_SUCCESS);
    CHECK_EQ(before, TRUE);
    CHECK_STATUS(ZwWaitForSingleObject(timer, FALSE, &Now), STATUS_TIMEOUT);
    CHECK_STATUS(Set(timer, &Late, NULL, NULL, FALSE, -1, NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Set(NO_HANDLE, &Late, NULL, NULL, FALSE, 0, NULL), STATUS_INVALID_HANDLE);
    ZwClose(timer);
}
CONFORMANCE(NtSetTimer, IsSignalledWhenDue) { IsSignalledWhenDue(NtSetTimer); }
CONFORMANCE(ZwSetTimer, IsSignalledWhenDue) { IsSignalledWhenDue(ZwSetTimer); }
static VOID APeriodicTimerComesAgain(SET Set) {
    HANDLE timer = NULL;
    NAMED named;
    CHECK_SUCCESS(ZwCreateTimer(&timer, TIMER_ALL_ACCESS, Unnamed(&named), SynchronizationTimer));
    CHECK_STATUS(Set(timer, &Soon, NULL, NULL, FALSE, 1, NULL), STATUS_SUCCESS);
    CHECK_STATUS(ZwWaitForSingleObject(timer, FALSE, &Late), STATUS_SUCCESS);
    CHECK_STATUS(ZwWaitForSingleObject(timer, FALSE, &Late), STATUS_SUCCESS);
    CHECK_SUCCESS(ZwCancelTimer(timer, NULL));
    ZwClose(timer);
}
CONFORMANCE(NtSetTimer, APeriodicTimerComesAgain) { APeriodicTimerComesAgain(NtSetTimer); }
CONFORMANCE(ZwSetTimer, APeriodicTimerComesAgain) { APeriodicTimerComesAgain(ZwSetTimer); }
static LONG ApcRuns;
static PVOID ApcContext;
static VOID NTAPI OnTimer(PVOID Context, ULONG Low, LONG High) {
    UNREFERENCED_PARAMETER(Low);
    UNREFERENCED_PARAMETER(High);
    ApcContext = Context;
    InterlockedIncrement(&ApcRuns);
}
static VOID TheRoutineRunsInTheThreadThatSetIt(SET Set) {
    HANDLE timer = NULL, never = NewEvent();
    NAMED named;
    ApcRuns = 0;
    CHECK_SUCCESS(ZwCreateTimer(&timer, TIMER_ALL_ACCESS, Unnamed(&named), NotificationTimer));
    CHECK_STATUS(Set(timer, &Soon, OnTimer, (PVOID)42, FALSE, 0, NULL), STATUS_SUCCESS);
    CHECK_STATUS(ZwWaitForSingleObject(timer, FALSE, &Late), STATUS_SUCCESS);
    KeDelayExecutionThread(KernelMode, TRUE, &Soon);
    CHECK_EQ(ApcRuns, 1);
    CHECK_EQ(ApcContext, (PVOID)42);
    ZwClose(never);
    ZwClose(timer);
}
CONFORMANCE(NtSetTimer, TheRoutineRunsInTheThreadThatSetIt) {
    TheRoutineRunsInTheThreadThatSetIt(NtSetTimer);
}
CONFORMANCE(ZwSetTimer, TheRoutineRunsInTheThreadThatSetIt) {
    TheRoutineRunsInTheThreadThatSetIt(ZwSetTimer);
}
static VOID StopsAndTellsTheState(NTSTATUS(NTAPI* Cancel)(HANDLE, PBOOLEAN)) {
    BOOLEAN state = TRUE;
    HANDLE timer = NULL;
    NAMED named;
    CHECK_SUCCESS(ZwCreateTimer(&timer, TIMER_ALL_ACCESS, Unnamed(&named), NotificationTimer));
    CHECK_SUCCESS(ZwSetTimer(timer, &Late, NULL, NULL, FALSE, 0, NULL));
    CHECK_STATUS(Cancel(timer, &state), STATUS_SUCCESS);
    CHECK_EQ(state, FALSE);
    CHECK_SUCCESS(ZwSetTimer(timer, &Soon, NULL, NULL, FALSE, 0, NULL));
    CHECK_STATUS(ZwWaitForSingleObject(timer, FALSE, &Late), STATUS_SUCCESS);
    CHECK_STATUS(Cancel(timer, &state), STATUS_SUCCESS);
    CHECK_EQ(state, TRUE);
    CHECK_STATUS(Cancel(NO_HANDLE, NULL), STATUS_INVALID_HANDLE);
    ZwClose(timer);
}
CONFORMANCE(NtCancelTimer, StopsAndTellsTheState) { StopsAndTellsTheState(NtCancelTimer); }
CONFORMANCE(ZwCancelTimer, StopsAndTellsTheState) { StopsAndTellsTheState(ZwCancelTimer); }
CONFORMANCE(ExTimerObjectType, IsTheTypeOfTimers) {
    extern POBJECT_TYPE* __imp_ExTimerObjectType;
    HANDLE timer = NULL;
    PVOID object = NULL;
    NAMED named;
    CHECK_SUCCESS(ZwCreateTimer(&timer, TIMER_ALL_ACCESS, Unnamed(&named), NotificationTimer));
    CHECK_STATUS(
        ObReferenceObjectByHandle(timer, 0, *__imp_ExTimerObjectType, KernelMode, &object, NULL),
        STATUS_SUCCESS);
    ObDereferenceObject(object);
    ZwClose(timer);
}

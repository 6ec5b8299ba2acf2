// SPDX-License-Identifier: GPL-2.0-only
// Facts: NtResetEvent, NtClearEvent, NtPulseEvent and NtQueryEvent of public headers (ntobapi.h,
// phnt); ResetEvent and PulseEvent of synchapi.h, whose system services they are.
#include "names.h"

DECLARE_SERVICE(ResetEvent, HANDLE, PLONG);
DECLARE_SERVICE(PulseEvent, HANDLE, PLONG);
DECLARE_SERVICE(ClearEvent, HANDLE);
DECLARE_SERVICE(QueryEvent, HANDLE, ULONG, PVOID, ULONG, PULONG);

static LONG StateOf(HANDLE Event) {
    struct {
        EVENT_TYPE Type;
        LONG State;
    } information = {0, 77};
    ULONG returned = 0;
    CHECK_SUCCESS(ZwQueryEvent(Event, 0, &information, sizeof(information), &returned));
    CHECK_EQ(returned, sizeof(information));
    return information.State;
}
static VOID ResetsAndTellsTheStateBefore(NTSTATUS(NTAPI* Reset)(HANDLE, PLONG)) {
    HANDLE event = NewEvent();
    LONG before = 7;
    CHECK_SUCCESS(ZwSetEvent(event, NULL));
    CHECK_STATUS(Reset(event, &before), STATUS_SUCCESS);
    CHECK_EQ(before, 1);
    CHECK_EQ(StateOf(event), 0);
    CHECK_STATUS(Reset(NO_HANDLE, NULL), STATUS_INVALID_HANDLE);
    ZwClose(event);
}
CONFORMANCE(NtResetEvent, ResetsAndTellsTheStateBefore) {
    ResetsAndTellsTheStateBefore(NtResetEvent);
}
CONFORMANCE(ZwResetEvent, ResetsAndTellsTheStateBefore) {
    ResetsAndTellsTheStateBefore(ZwResetEvent);
}
static VOID LeavesItUnsignalled(NTSTATUS(NTAPI* Pulse)(HANDLE, PLONG)) {
    HANDLE event = NewEvent();
    LONG before = 7;
    CHECK_STATUS(Pulse(event, &before), STATUS_SUCCESS);
    CHECK_EQ(before, 0);
    CHECK_EQ(StateOf(event), 0);
    CHECK_STATUS(Pulse(NO_HANDLE, NULL), STATUS_INVALID_HANDLE);
    ZwClose(event);
}
CONFORMANCE(NtPulseEvent, LeavesItUnsignalled) { LeavesItUnsignalled(NtPulseEvent); }
CONFORMANCE(ZwPulseEvent, LeavesItUnsignalled) { LeavesItUnsignalled(ZwPulseEvent); }
static VOID Clears(NTSTATUS(NTAPI* Clear)(HANDLE)) {
    HANDLE event = NewEvent();
    CHECK_SUCCESS(ZwSetEvent(event, NULL));
    CHECK_STATUS(Clear(event), STATUS_SUCCESS);
    CHECK_EQ(StateOf(event), 0);
    CHECK_STATUS(Clear(NO_HANDLE), STATUS_INVALID_HANDLE);
    ZwClose(event);
}
CONFORMANCE(NtClearEvent, Clears) { Clears(NtClearEvent); }
CONFORMANCE(ZwClearEvent, Clears) { Clears(ZwClearEvent); }
static VOID TellsTypeAndState(NTSTATUS(NTAPI* Query)(HANDLE, ULONG, PVOID, ULONG, PULONG)) {
    struct {
        EVENT_TYPE Type;
        LONG State;
    } information = {7, 7};
    HANDLE event = NULL;
    NAMED named;
    CHECK_SUCCESS(
        ZwCreateEvent(&event, EVENT_ALL_ACCESS, Unnamed(&named), SynchronizationEvent, TRUE));
    CHECK_STATUS(Query(event, 0, &information, sizeof(information), NULL), STATUS_SUCCESS);
    CHECK_EQ(information.Type, SynchronizationEvent);
    CHECK_EQ(information.State, 1);
    CHECK_STATUS(Query(event, 0, &information, 4, NULL), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(Query(event, 9, &information, sizeof(information), NULL),
                 STATUS_INVALID_INFO_CLASS);
    ZwClose(event);
}
CONFORMANCE(NtQueryEvent, TellsTypeAndState) { TellsTypeAndState(NtQueryEvent); }
CONFORMANCE(ZwQueryEvent, TellsTypeAndState) { TellsTypeAndState(ZwQueryEvent); }

// SPDX-License-Identifier: GPL-2.0-only
#include "clients.h"

NTKERNELAPI NTSTATUS NTAPI PsSetCreateProcessNotifyRoutineEx2(ULONG Type, PVOID Information,
                                                              BOOLEAN Remove);

static LONG Created;

static VOID NTAPI Told(PEPROCESS Process, HANDLE Id, PPS_CREATE_NOTIFY_INFO Info) {
    if (Info != NULL) Created++;
}

CONFORMANCE(PsSetCreateProcessNotifyRoutineEx2, TellsOfCreation) {
    PEPROCESS process;
    Created = 0;
    REQUIRE(NT_SUCCESS(PsSetCreateProcessNotifyRoutineEx2(0, (PVOID)Told, FALSE)));
    process = StartClient(L"told.exe");
    REQUIRE(process != NULL);
    EndClient(process);
    CHECK_EQ(Created, 1);
    CHECK_STATUS(PsSetCreateProcessNotifyRoutineEx2(0, (PVOID)Told, FALSE),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(PsSetCreateProcessNotifyRoutineEx2(0, (PVOID)Told, TRUE), STATUS_SUCCESS);
}

CONFORMANCE(PsSetCreateProcessNotifyRoutineEx2, RefusesAnotherType) {
    CHECK_STATUS(PsSetCreateProcessNotifyRoutineEx2(77, (PVOID)Told, FALSE),
                 STATUS_INVALID_PARAMETER);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "clients.h"

static struct {
    LONG Created, Ended;
    HANDLE Parent, Id;
    PEPROCESS Process;
    CLIENT_ID Creator;
    BOOLEAN Named, Refuse;
} Seen;

static VOID NTAPI Told(PEPROCESS Process, HANDLE Id, PPS_CREATE_NOTIFY_INFO Info) {
    Seen.Process = Process;
    Seen.Id = Id;
    if (Info == NULL) {
        Seen.Ended++;
        return;
    }
    Seen.Created++;
    Seen.Parent = Info->ParentProcessId;
    Seen.Creator = Info->CreatingThreadId;
    Seen.Named =
        Info->ImageFileName != NULL && ConformanceSameText(Info->ImageFileName, L"told.exe");
    if (Seen.Refuse) Info->CreationStatus = STATUS_ACCESS_DENIED;
}

CONFORMANCE(PsSetCreateProcessNotifyRoutineEx, TellsOfCreationAndExit) {
    PEPROCESS process;
    RtlZeroMemory(&Seen, sizeof(Seen));
    REQUIRE(NT_SUCCESS(PsSetCreateProcessNotifyRoutineEx(Told, FALSE)));
    process = StartClient(L"told.exe");
    REQUIRE(process != NULL);
    CHECK_EQ(Seen.Created, 1);
    CHECK_EQ(Seen.Process, process);
    CHECK_EQ(Seen.Id, PsGetProcessId(process));
    CHECK_EQ(Seen.Creator.UniqueThread, PsGetCurrentThreadId());
    CHECK(Seen.Named);
    EndClient(process);
    CHECK_EQ(Seen.Ended, 1);
    CHECK_STATUS(PsSetCreateProcessNotifyRoutineEx(Told, TRUE), STATUS_SUCCESS);
}

CONFORMANCE(PsSetCreateProcessNotifyRoutineEx, ACreationStatusStopsTheCreation) {
    RtlZeroMemory(&Seen, sizeof(Seen));
    Seen.Refuse = TRUE;
    REQUIRE(NT_SUCCESS(PsSetCreateProcessNotifyRoutineEx(Told, FALSE)));
    CHECK_EQ(StartClient(L"told.exe"), NULL);
    CHECK_EQ(Seen.Created, 1);
    PsSetCreateProcessNotifyRoutineEx(Told, TRUE);
}

CONFORMANCE(PsSetCreateProcessNotifyRoutineEx, RefusesToRegisterTwice) {
    REQUIRE(NT_SUCCESS(PsSetCreateProcessNotifyRoutineEx(Told, FALSE)));
    CHECK_STATUS(PsSetCreateProcessNotifyRoutineEx(Told, FALSE), STATUS_INVALID_PARAMETER);
    PsSetCreateProcessNotifyRoutineEx(Told, TRUE);
}

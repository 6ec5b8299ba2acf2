// SPDX-License-Identifier: GPL-2.0-only
#include "clients.h"

static struct {
    LONG Created, Ended;
    HANDLE Parent, Id;
    KIRQL Irql;
    BOOLEAN Critical;
} Seen;

static VOID NTAPI Told(HANDLE Parent, HANDLE Id, BOOLEAN Created) {
    if (Created)
        Seen.Created++;
    else
        Seen.Ended++;
    Seen.Parent = Parent;
    Seen.Id = Id;
    Seen.Irql = KeGetCurrentIrql();
    Seen.Critical = KeAreApcsDisabled();
}

CONFORMANCE(PsSetCreateProcessNotifyRoutine, TellsOfCreationAndDeletion) {
    PEPROCESS process;
    HANDLE id;
    RtlZeroMemory(&Seen, sizeof(Seen));
    REQUIRE(NT_SUCCESS(PsSetCreateProcessNotifyRoutine(Told, FALSE)));
    process = StartClient(L"told.exe");
    REQUIRE(process != NULL);
    id = PsGetProcessId(process);
    CHECK_EQ(Seen.Created, 1);
    CHECK_EQ(Seen.Id, id);
    CHECK_EQ(Seen.Parent, PsGetProcessId(PsInitialSystemProcess));
    CHECK_EQ(Seen.Irql, PASSIVE_LEVEL);
    CHECK(Seen.Critical);
    EndClient(process);
    CHECK_EQ(Seen.Ended, 1);
    CHECK_EQ(Seen.Id, id);
    CHECK_STATUS(PsSetCreateProcessNotifyRoutine(Told, TRUE), STATUS_SUCCESS);
}

CONFORMANCE(PsSetCreateProcessNotifyRoutine, RefusesToRegisterTwice) {
    REQUIRE(NT_SUCCESS(PsSetCreateProcessNotifyRoutine(Told, FALSE)));
    CHECK_STATUS(PsSetCreateProcessNotifyRoutine(Told, FALSE), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(PsSetCreateProcessNotifyRoutine(Told, TRUE), STATUS_SUCCESS);
}

CONFORMANCE(PsSetCreateProcessNotifyRoutine, TellsNothingOnceRemoved) {
    PEPROCESS process;
    RtlZeroMemory(&Seen, sizeof(Seen));
    PsSetCreateProcessNotifyRoutine(Told, FALSE);
    PsSetCreateProcessNotifyRoutine(Told, TRUE);
    process = StartClient(L"untold.exe");
    REQUIRE(process != NULL);
    EndClient(process);
    CHECK_EQ(Seen.Created, 0);
    CHECK_EQ(Seen.Ended, 0);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "clients.h"

static struct {
    volatile LONG Created, Ended;
    HANDLE Creator;
} Seen;
static PEPROCESS Client;

static VOID NTAPI Told(HANDLE Process, HANDLE Thread, BOOLEAN Created) {
    if (Process != PsGetProcessId(Client)) return;
    InterlockedIncrement(Created ? &Seen.Created : &Seen.Ended);
    if (Created) Seen.Creator = PsGetCurrentThreadId();
}
static VOID NTAPI Nothing(PVOID Context) {}

CONFORMANCE(PsSetCreateThreadNotifyRoutine, TellsOfCreationInTheCreatorAndOfDeletion) {
    Client = StartClient(L"threads.exe");
    REQUIRE(Client != NULL);
    RtlZeroMemory((PVOID)&Seen, sizeof(Seen));
    REQUIRE(NT_SUCCESS(PsSetCreateThreadNotifyRoutine(Told)));
    CHECK(RunInClient(Client, Nothing, NULL));
    CHECK_EQ(Seen.Created, 1);
    CHECK_EQ(Seen.Creator, PsGetCurrentThreadId());
    CHECK(EVENTUALLY(Seen.Ended == 1));
    CHECK_STATUS(PsRemoveCreateThreadNotifyRoutine(Told), STATUS_SUCCESS);
    EndClient(Client);
}

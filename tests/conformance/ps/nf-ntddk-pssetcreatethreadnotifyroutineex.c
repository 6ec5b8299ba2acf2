// SPDX-License-Identifier: GPL-2.0-only
#include "clients.h"

NTKERNELAPI NTSTATUS NTAPI PsSetCreateThreadNotifyRoutineEx(ULONG Type, PVOID Information);

static HANDLE ToldIn, ToldOf;
static volatile LONG Count;

static VOID NTAPI Told(HANDLE Process, HANDLE Thread, BOOLEAN Created) {
    if (!Created) return;
    ToldIn = PsGetCurrentThreadId();
    ToldOf = Thread;
    InterlockedIncrement(&Count);
}
static VOID NTAPI Nothing(PVOID Context) {}

CONFORMANCE(PsSetCreateThreadNotifyRoutineEx, NonSystemIsToldInTheNewThread) {
    PEPROCESS client = StartClient(L"threads.exe");
    REQUIRE(client != NULL);
    Count = 0;
    CHECK_STATUS(PsSetCreateThreadNotifyRoutineEx(0, (PVOID)Told), STATUS_SUCCESS);
    CHECK(RunInClient(client, Nothing, NULL));
    CHECK_EQ(Count, 1);
    CHECK_EQ(ToldIn, ToldOf);
    CHECK(RunHelper(Nothing, NULL)); /* a system thread */
    CHECK_EQ(Count, 1);
    CHECK_STATUS(PsRemoveCreateThreadNotifyRoutine(Told), STATUS_SUCCESS);
    EndClient(client);
}

CONFORMANCE(PsSetCreateThreadNotifyRoutineEx, SubsystemsIsToldInTheCreator) {
    Count = 0;
    CHECK_STATUS(PsSetCreateThreadNotifyRoutineEx(1, (PVOID)Told), STATUS_SUCCESS);
    CHECK(RunHelper(Nothing, NULL));
    CHECK(Count >= 1);
    CHECK_STATUS(PsRemoveCreateThreadNotifyRoutine(Told), STATUS_SUCCESS);
}

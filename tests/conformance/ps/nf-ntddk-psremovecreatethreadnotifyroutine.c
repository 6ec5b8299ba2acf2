// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static volatile LONG Told;
static VOID NTAPI Tell(HANDLE Process, HANDLE Thread, BOOLEAN Created) {
    InterlockedIncrement(&Told);
}
static VOID NTAPI Nothing(PVOID Context) {}

CONFORMANCE(PsRemoveCreateThreadNotifyRoutine, EndsTheCalls) {
    REQUIRE(NT_SUCCESS(PsSetCreateThreadNotifyRoutine(Tell)));
    AT_IRQL(APC_LEVEL, CHECK_STATUS(PsRemoveCreateThreadNotifyRoutine(Tell), STATUS_SUCCESS));
    Told = 0;
    CHECK(RunHelper(Nothing, NULL));
    CHECK_EQ(Told, 0);
}

CONFORMANCE(PsRemoveCreateThreadNotifyRoutine, RefusesWhatIsNotRegistered) {
    CHECK_STATUS(PsRemoveCreateThreadNotifyRoutine(Tell), STATUS_PROCEDURE_NOT_FOUND);
}

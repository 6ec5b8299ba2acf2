// SPDX-License-Identifier: GPL-2.0-only
// Facts: SeRegisterLogonSessionTerminatedRoutineEx of the WDK's ntifs.h: as without Ex, with a
// context.
#include "identities.h"

typedef NTSTATUS(NTAPI* ROUTINE_EX)(PLUID LogonId, PVOID Context);
NTKERNELAPI NTSTATUS NTAPI SeRegisterLogonSessionTerminatedRoutineEx(ROUTINE_EX CallbackRoutine,
                                                                     PVOID Context);
NTKERNELAPI NTSTATUS NTAPI SeUnregisterLogonSessionTerminatedRoutineEx(ROUTINE_EX CallbackRoutine,
                                                                       PVOID Context);

static NTSTATUS NTAPI Ended(PLUID LogonId, PVOID Context) {
    UNREFERENCED_PARAMETER(LogonId);
    UNREFERENCED_PARAMETER(Context);
    return STATUS_SUCCESS;
}
CONFORMANCE(SeRegisterLogonSessionTerminatedRoutineEx, WantsARoutine) {
    CHECK_STATUS(SeRegisterLogonSessionTerminatedRoutineEx(NULL, NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SeRegisterLogonSessionTerminatedRoutineEx(Ended, (PVOID)1), STATUS_SUCCESS);
    CHECK_STATUS(SeUnregisterLogonSessionTerminatedRoutineEx(Ended, (PVOID)1), STATUS_SUCCESS);
}
CONFORMANCE(SeUnregisterLogonSessionTerminatedRoutineEx, WantsRoutineAndContext) {
    CHECK_SUCCESS(SeRegisterLogonSessionTerminatedRoutineEx(Ended, (PVOID)1));
    CHECK_STATUS(SeUnregisterLogonSessionTerminatedRoutineEx(Ended, (PVOID)2),
                 STATUS_INSUFFICIENT_RESOURCES);
    CHECK_STATUS(SeUnregisterLogonSessionTerminatedRoutineEx(Ended, (PVOID)1), STATUS_SUCCESS);
    CHECK_STATUS(SeUnregisterLogonSessionTerminatedRoutineEx(NULL, NULL), STATUS_INVALID_PARAMETER);
}

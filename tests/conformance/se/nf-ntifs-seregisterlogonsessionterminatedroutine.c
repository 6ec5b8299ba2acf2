// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

static NTSTATUS NTAPI Ended(PLUID LogonId) {
    UNREFERENCED_PARAMETER(LogonId);
    return STATUS_SUCCESS;
}
CONFORMANCE(SeRegisterLogonSessionTerminatedRoutine, WantsARoutine) {
    CHECK_STATUS(SeRegisterLogonSessionTerminatedRoutine(NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SeRegisterLogonSessionTerminatedRoutine(Ended), STATUS_SUCCESS);
    CHECK_STATUS(SeRegisterLogonSessionTerminatedRoutine(Ended),
                 STATUS_SUCCESS);  // matched one by one
    CHECK_STATUS(SeUnregisterLogonSessionTerminatedRoutine(Ended), STATUS_SUCCESS);
    CHECK_STATUS(SeUnregisterLogonSessionTerminatedRoutine(Ended), STATUS_SUCCESS);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

static NTSTATUS NTAPI Ended(PLUID LogonId) {
    UNREFERENCED_PARAMETER(LogonId);
    return STATUS_SUCCESS;
}
CONFORMANCE(SeUnregisterLogonSessionTerminatedRoutine, WantsARegisteredRoutine) {
    CHECK_STATUS(SeUnregisterLogonSessionTerminatedRoutine(NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(SeUnregisterLogonSessionTerminatedRoutine(Ended), STATUS_INSUFFICIENT_RESOURCES);
    CHECK_SUCCESS(SeRegisterLogonSessionTerminatedRoutine(Ended));
    CHECK_STATUS(SeUnregisterLogonSessionTerminatedRoutine(Ended), STATUS_SUCCESS);
}

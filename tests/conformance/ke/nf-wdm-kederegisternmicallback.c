// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

static BOOLEAN NTAPI OnNmi(PVOID Context, BOOLEAN Handled) { return FALSE; }

CONFORMANCE(KeDeregisterNmiCallback, RefusesWhatIsNotRegistered) {
    PVOID handle = KeRegisterNmiCallback(OnNmi, NULL);
    REQUIRE(handle != NULL);
    AT_IRQL(APC_LEVEL, CHECK_STATUS(KeDeregisterNmiCallback(handle), STATUS_SUCCESS));
    CHECK_STATUS(KeDeregisterNmiCallback(handle), STATUS_INVALID_HANDLE);
    CHECK_STATUS(KeDeregisterNmiCallback(NULL), STATUS_INVALID_HANDLE);
}

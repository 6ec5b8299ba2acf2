// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

static VOID NTAPI Told(PUNICODE_STRING Name, HANDLE Process, PIMAGE_INFO Info) {}

CONFORMANCE(PsRemoveLoadImageNotifyRoutine, UndoesTheRegistration) {
    REQUIRE(NT_SUCCESS(PsSetLoadImageNotifyRoutine(Told)));
    AT_IRQL(APC_LEVEL, CHECK_STATUS(PsRemoveLoadImageNotifyRoutine(Told), STATUS_SUCCESS));
    CHECK_STATUS(PsRemoveLoadImageNotifyRoutine(Told), STATUS_PROCEDURE_NOT_FOUND);
}

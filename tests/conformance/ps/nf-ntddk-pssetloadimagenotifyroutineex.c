// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

NTKERNELAPI NTSTATUS NTAPI PsSetLoadImageNotifyRoutineEx(PLOAD_IMAGE_NOTIFY_ROUTINE Routine,
                                                         ULONG_PTR Flags);

static VOID NTAPI Told(PUNICODE_STRING Name, HANDLE Process, PIMAGE_INFO Info) {}

CONFORMANCE(PsSetLoadImageNotifyRoutineEx, RegistersWithTheDocumentedFlag) {
    CHECK_STATUS(PsSetLoadImageNotifyRoutineEx(Told, 1), STATUS_SUCCESS);
    CHECK_STATUS(PsRemoveLoadImageNotifyRoutine(Told), STATUS_SUCCESS);
    CHECK_STATUS(PsSetLoadImageNotifyRoutineEx(Told, 0), STATUS_SUCCESS);
    CHECK_STATUS(PsRemoveLoadImageNotifyRoutine(Told), STATUS_SUCCESS);
}

CONFORMANCE(PsSetLoadImageNotifyRoutineEx, RefusesAnInvalidFlag) {
    CHECK_STATUS(PsSetLoadImageNotifyRoutineEx(Told, 0x80), STATUS_INVALID_PARAMETER_2);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(NTSTATUS, KeSaveFloatingPointState, PKFLOATING_SAVE);
IMPORTED(NTSTATUS, KeRestoreFloatingPointState, PKFLOATING_SAVE);

CONFORMANCE(KeSaveFloatingPointState, Succeeds) {
    KFLOATING_SAVE save;
    CHECK_STATUS(ImportedKeSaveFloatingPointState(&save), STATUS_SUCCESS);
    CHECK_STATUS(ImportedKeRestoreFloatingPointState(&save), STATUS_SUCCESS);
}

CONFORMANCE(KeSaveFloatingPointState, RunsAtDispatchLevel) {
    KFLOATING_SAVE save;
    AT_IRQL(DISPATCH_LEVEL, {
        CHECK_STATUS(ImportedKeSaveFloatingPointState(&save), STATUS_SUCCESS);
        ImportedKeRestoreFloatingPointState(&save);
    });
}

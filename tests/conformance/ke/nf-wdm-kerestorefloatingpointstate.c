// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(NTSTATUS, KeSaveFloatingPointState, PKFLOATING_SAVE);
IMPORTED(NTSTATUS, KeRestoreFloatingPointState, PKFLOATING_SAVE);

static volatile double Values[2];

CONFORMANCE(KeRestoreFloatingPointState, ArithmeticSurvivesAThreadSwitch) {
    KFLOATING_SAVE save;
    REQUIRE(NT_SUCCESS(ImportedKeSaveFloatingPointState(&save)));
    Values[0] = 1.5;
    PauseMs(1);
    Values[1] = Values[0] * 2;
    CHECK_STATUS(ImportedKeRestoreFloatingPointState(&save), STATUS_SUCCESS);
    CHECK(Values[1] == 3.0);
}

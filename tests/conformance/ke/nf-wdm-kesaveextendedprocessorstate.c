// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeSaveExtendedProcessorState, SavesTheLegacyStates) {
    XSTATE_SAVE save;
    CHECK_STATUS(KeSaveExtendedProcessorState(XSTATE_MASK_LEGACY, &save), STATUS_SUCCESS);
    KeRestoreExtendedProcessorState(&save);
    AT_IRQL(DISPATCH_LEVEL, {
        CHECK_STATUS(KeSaveExtendedProcessorState(XSTATE_MASK_LEGACY_SSE, &save), STATUS_SUCCESS);
        KeRestoreExtendedProcessorState(&save);
    });
}

CONFORMANCE(KeSaveExtendedProcessorState, FailsForAStateThatIsNotThere) {
    XSTATE_SAVE save;
    CHECK(!NT_SUCCESS(KeSaveExtendedProcessorState(1ULL << 62, &save)));
}

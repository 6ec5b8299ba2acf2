// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeRestoreExtendedProcessorState, UndoesASave) {
    XSTATE_SAVE outer, inner;
    REQUIRE(NT_SUCCESS(KeSaveExtendedProcessorState(XSTATE_MASK_LEGACY, &outer)));
    REQUIRE(NT_SUCCESS(KeSaveExtendedProcessorState(XSTATE_MASK_LEGACY, &inner)));
    KeRestoreExtendedProcessorState(&inner);
    KeRestoreExtendedProcessorState(&outer);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

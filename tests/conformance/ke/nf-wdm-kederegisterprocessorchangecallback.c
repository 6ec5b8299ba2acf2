// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

static VOID NTAPI Changed(PVOID Context, PKE_PROCESSOR_CHANGE_NOTIFY_CONTEXT Change,
                          PNTSTATUS Status) {}

CONFORMANCE(KeDeregisterProcessorChangeCallback, UndoesTheRegistration) {
    PVOID handle = KeRegisterProcessorChangeCallback(Changed, NULL, 0);
    REQUIRE(handle != NULL);
    KeDeregisterProcessorChangeCallback(handle);
}

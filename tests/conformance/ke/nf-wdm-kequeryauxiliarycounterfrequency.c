// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(NTSTATUS, KeQueryAuxiliaryCounterFrequency, PULONG64);

CONFORMANCE(KeQueryAuxiliaryCounterFrequency, IsNotSupportedWithoutTheCounter) {
    ULONG64 frequency = 0;
    CHECK_STATUS(ImportedKeQueryAuxiliaryCounterFrequency(&frequency), STATUS_NOT_SUPPORTED);
}

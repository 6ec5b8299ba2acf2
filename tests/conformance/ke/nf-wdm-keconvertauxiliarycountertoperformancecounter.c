// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(NTSTATUS, KeConvertAuxiliaryCounterToPerformanceCounter, ULONG64, PULONG64, PULONG64);

CONFORMANCE(KeConvertAuxiliaryCounterToPerformanceCounter, IsNotSupportedWithoutTheCounter) {
    ULONG64 value = 0;
    CHECK_STATUS(ImportedKeConvertAuxiliaryCounterToPerformanceCounter(1, &value, NULL),
                 STATUS_NOT_SUPPORTED);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(NTSTATUS, KeConvertPerformanceCounterToAuxiliaryCounter, ULONG64, PULONG64, PULONG64);

CONFORMANCE(KeConvertPerformanceCounterToAuxiliaryCounter, IsNotSupportedWithoutTheCounter) {
    ULONG64 value = 0;
    CHECK_STATUS(ImportedKeConvertPerformanceCounterToAuxiliaryCounter(1, &value, NULL),
                 STATUS_NOT_SUPPORTED);
}

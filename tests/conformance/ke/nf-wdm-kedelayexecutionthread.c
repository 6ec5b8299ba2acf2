// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

CONFORMANCE(KeDelayExecutionThread, LastsAtLeastTheInterval) {
    LARGE_INTEGER interval = RelativeMs(10);
    ULONGLONG start = KeQueryInterruptTime();
    CHECK_STATUS(KeDelayExecutionThread(KernelMode, FALSE, &interval), STATUS_SUCCESS);
    CHECK(KeQueryInterruptTime() - start >= 100000);
}

CONFORMANCE(KeDelayExecutionThread, AnAbsoluteTimeThatPassedReturnsAtOnce) {
    LARGE_INTEGER past = {.QuadPart = 1};
    CHECK_STATUS(KeDelayExecutionThread(KernelMode, FALSE, &past), STATUS_SUCCESS);
    AT_IRQL(APC_LEVEL,
            CHECK_STATUS(KeDelayExecutionThread(KernelMode, FALSE, &past), STATUS_SUCCESS));
}

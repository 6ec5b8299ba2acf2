// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(VOID, KeQuerySystemTime, PLARGE_INTEGER);

CONFORMANCE(KeDelayExecutionThread, LastsAtLeastTheInterval) {
    LARGE_INTEGER interval = RelativeMs(10), start, end;
    ImportedKeQuerySystemTime(&start);
    CHECK_STATUS(KeDelayExecutionThread(KernelMode, FALSE, &interval), STATUS_SUCCESS);
    ImportedKeQuerySystemTime(&end); /* expiration times are measured by the system clock */
    CHECK(end.QuadPart - start.QuadPart >= 100000);
}

CONFORMANCE(KeDelayExecutionThread, AnAbsoluteTimeThatPassedReturnsAtOnce) {
    LARGE_INTEGER past = {.QuadPart = 1};
    CHECK_STATUS(KeDelayExecutionThread(KernelMode, FALSE, &past), STATUS_SUCCESS);
    AT_IRQL(APC_LEVEL,
            CHECK_STATUS(KeDelayExecutionThread(KernelMode, FALSE, &past), STATUS_SUCCESS));
}

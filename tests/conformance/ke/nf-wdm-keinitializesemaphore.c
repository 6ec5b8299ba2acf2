// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

CONFORMANCE(KeInitializeSemaphore, StartsWithTheCountGiven) {
    KSEMAPHORE semaphore;
    KeInitializeSemaphore(&semaphore, 2, 3);
    CHECK_EQ(KeReadStateSemaphore(&semaphore), 2);
    CHECK_STATUS(WaitMs(&semaphore, 0), STATUS_SUCCESS);
    CHECK_STATUS(WaitMs(&semaphore, 0), STATUS_SUCCESS);
    CHECK_STATUS(WaitMs(&semaphore, 0), STATUS_TIMEOUT);
}

CONFORMANCE(KeInitializeSemaphore, RunsAtDispatchLevel) {
    KSEMAPHORE semaphore;
    AT_IRQL(DISPATCH_LEVEL, KeInitializeSemaphore(&semaphore, 0, 1));
    CHECK_EQ(KeReadStateSemaphore(&semaphore), 0);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

CONFORMANCE(KeReadStateSemaphore, ReturnsTheCount) {
    KSEMAPHORE semaphore;
    KeInitializeSemaphore(&semaphore, 4, 4);
    CHECK_EQ(KeReadStateSemaphore(&semaphore), 4);
    WaitMs(&semaphore, 0);
    CHECK_EQ(KeReadStateSemaphore(&semaphore), 3);
}

CONFORMANCE(KeReadStateSemaphore, RunsAtHighLevel) {
    KSEMAPHORE semaphore;
    KeInitializeSemaphore(&semaphore, 0, 4);
    AT_IRQL(HIGH_LEVEL, CHECK_EQ(KeReadStateSemaphore(&semaphore), 0));
}

// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

CONFORMANCE(KeReleaseSemaphore, AddsToTheCountAndReturnsThePrevious) {
    KSEMAPHORE semaphore;
    KeInitializeSemaphore(&semaphore, 0, 5);
    CHECK_EQ(KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, 2, FALSE), 0);
    CHECK_EQ(KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, 3, FALSE), 2);
    CHECK_EQ(KeReadStateSemaphore(&semaphore), 5);
}

CONFORMANCE(KeReleaseSemaphore, RaisesBeyondTheLimit) {
    KSEMAPHORE semaphore;
    KeInitializeSemaphore(&semaphore, 1, 2);
    CHECK_RAISES(KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, 2, FALSE),
                 STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    CHECK_EQ(KeReadStateSemaphore(&semaphore), 1);
}

CONFORMANCE(KeReleaseSemaphore, RunsAtDispatchLevel) {
    KSEMAPHORE semaphore;
    KeInitializeSemaphore(&semaphore, 0, 1);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(KeReleaseSemaphore(&semaphore, IO_NO_INCREMENT, 1, FALSE), 0));
    CHECK_STATUS(WaitMs(&semaphore, 0), STATUS_SUCCESS);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

CONFORMANCE(KeInitializeMutex, StartsSignalled) {
    KMUTEX mutex;
    KeInitializeMutex(&mutex, 0);
    CHECK_EQ(KeReadStateMutex(&mutex), 1);
}

CONFORMANCE(KeInitializeMutex, RunsAtDispatchLevel) {
    KMUTEX mutex;
    AT_IRQL(DISPATCH_LEVEL, KeInitializeMutex(&mutex, 0));
    CHECK_STATUS(WaitMs(&mutex, 0), STATUS_SUCCESS);
    KeReleaseMutex(&mutex, FALSE);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static VOID NTAPI ReadIt(PVOID Context) { CHECK_EQ(KeReadStateMutex(Context), 0); }

CONFORMANCE(KeReadStateMutex, IsOneWhenFree) {
    KMUTEX mutex;
    KeInitializeMutex(&mutex, 0);
    CHECK_EQ(KeReadStateMutex(&mutex), 1);
    WaitMs(&mutex, 0);
    CHECK(KeReadStateMutex(&mutex) != 1);
    CHECK(RunHelper(ReadIt, &mutex));
    KeReleaseMutex(&mutex, FALSE);
}

CONFORMANCE(KeReadStateMutex, RunsAtDispatchLevel) {
    KMUTEX mutex;
    KeInitializeMutex(&mutex, 0);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(KeReadStateMutex(&mutex), 1));
}

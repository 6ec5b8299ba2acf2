// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static VOID NTAPI ReleaseOfAnother(PVOID Context) {
    CHECK_RAISES(KeReleaseMutex(Context, FALSE), STATUS_MUTANT_NOT_OWNED);
}

CONFORMANCE(KeReleaseMutex, ReturnsZeroWhenTheMutexBecomesFree) {
    KMUTEX mutex;
    KeInitializeMutex(&mutex, 0);
    WaitMs(&mutex, 0);
    WaitMs(&mutex, 0);
    CHECK(KeReleaseMutex(&mutex, FALSE) != 0);
    CHECK_EQ(KeReleaseMutex(&mutex, FALSE), 0);
    CHECK_EQ(KeReadStateMutex(&mutex), 1);
}

CONFORMANCE(KeReleaseMutex, RaisesWhenTheCallerDoesNotHoldIt) {
    KMUTEX mutex;
    KeInitializeMutex(&mutex, 0);
    WaitMs(&mutex, 0);
    CHECK(RunHelper(ReleaseOfAnother, &mutex));
    CHECK_EQ(KeReleaseMutex(&mutex, FALSE), 0);
}

CONFORMANCE(KeReleaseMutex, TheHolderGetsNoNormalApcs) {
    KMUTEX mutex;
    KeInitializeMutex(&mutex, 0);
    CHECK(!KeAreApcsDisabled());
    WaitMs(&mutex, 0);
    CHECK(KeAreApcsDisabled());
    KeReleaseMutex(&mutex, FALSE);
    CHECK(!KeAreApcsDisabled());
}

// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static VOID NTAPI Try(PVOID Context) {
    CHECK(!KeTryToAcquireGuardedMutex(Context));
    CHECK(!KeAreAllApcsDisabled());
}

CONFORMANCE(KeTryToAcquireGuardedMutex, TakesAFreeOneOnly) {
    KGUARDED_MUTEX mutex;
    KeInitializeGuardedMutex(&mutex);
    CHECK(KeTryToAcquireGuardedMutex(&mutex));
    CHECK(KeAreAllApcsDisabled());
    CHECK(RunHelper(Try, &mutex));
    KeReleaseGuardedMutex(&mutex);
}

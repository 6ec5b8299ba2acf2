// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static VOID NTAPI Try(PVOID Context) { CHECK(!ExTryToAcquireFastMutex(Context)); }

CONFORMANCE(ExAcquireFastMutexUnsafe, KeepsTheLevel) {
    FAST_MUTEX mutex;
    ExInitializeFastMutex(&mutex);
    KeEnterCriticalRegion();
    ExAcquireFastMutexUnsafe(&mutex);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK(RunHelper(Try, &mutex));
    ExReleaseFastMutexUnsafe(&mutex);
    KeLeaveCriticalRegion();
}

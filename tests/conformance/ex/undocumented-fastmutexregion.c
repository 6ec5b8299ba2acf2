// SPDX-License-Identifier: GPL-2.0-only
// ExAcquireFastMutexUnsafe in a critical region: prototypes of public headers, the parts have
// pages.
#include "threads.h"

NTKERNELAPI VOID NTAPI ExEnterCriticalRegionAndAcquireFastMutexUnsafe(PFAST_MUTEX Mutex);
NTKERNELAPI VOID NTAPI ExReleaseFastMutexUnsafeAndLeaveCriticalRegion(PFAST_MUTEX Mutex);

static VOID NTAPI Try(PVOID Context) { CHECK(!ExTryToAcquireFastMutex(Context)); }

CONFORMANCE(ExEnterCriticalRegionAndAcquireFastMutexUnsafe, HoldsTheMutexInACriticalRegion) {
    FAST_MUTEX mutex;
    ExInitializeFastMutex(&mutex);
    ExEnterCriticalRegionAndAcquireFastMutexUnsafe(&mutex);
    CHECK(KeAreApcsDisabled());
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK(RunHelper(Try, &mutex));
    ExReleaseFastMutexUnsafeAndLeaveCriticalRegion(&mutex);
}

CONFORMANCE(ExReleaseFastMutexUnsafeAndLeaveCriticalRegion, FreesTheMutexAndLeaves) {
    FAST_MUTEX mutex;
    ExInitializeFastMutex(&mutex);
    ExEnterCriticalRegionAndAcquireFastMutexUnsafe(&mutex);
    ExReleaseFastMutexUnsafeAndLeaveCriticalRegion(&mutex);
    CHECK(!KeAreApcsDisabled());
    CHECK(ExTryToAcquireFastMutex(&mutex));
    ExReleaseFastMutex(&mutex);
}

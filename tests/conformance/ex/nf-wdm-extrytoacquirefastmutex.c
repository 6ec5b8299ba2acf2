// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(BOOLEAN, ExTryToAcquireFastMutex, PFAST_MUTEX);

static VOID NTAPI Try(PVOID Context) {
    CHECK(!ImportedExTryToAcquireFastMutex(Context));
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

CONFORMANCE(ExTryToAcquireFastMutex, TakesAFreeOneOnly) {
    FAST_MUTEX mutex;
    ExInitializeFastMutex(&mutex);
    CHECK(ImportedExTryToAcquireFastMutex(&mutex));
    CHECK_EQ(KeGetCurrentIrql(), APC_LEVEL);
    CHECK(RunHelper(Try, &mutex));
    ExReleaseFastMutex(&mutex);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

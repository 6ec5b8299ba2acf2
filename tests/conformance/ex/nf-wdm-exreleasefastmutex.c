// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(VOID, ExReleaseFastMutex, PFAST_MUTEX);

CONFORMANCE(ExReleaseFastMutex, GoesBackToTheLevelBeforeAndFreesIt) {
    FAST_MUTEX mutex;
    ExInitializeFastMutex(&mutex);
    AT_IRQL(APC_LEVEL, {
        ExAcquireFastMutex(&mutex);
        ImportedExReleaseFastMutex(&mutex);
        CHECK_EQ(KeGetCurrentIrql(), APC_LEVEL);
    });
    CHECK(ExTryToAcquireFastMutex(&mutex));
    ImportedExReleaseFastMutex(&mutex);
}

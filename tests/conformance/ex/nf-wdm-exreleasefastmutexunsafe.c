// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExReleaseFastMutexUnsafe, FreesTheMutexAndKeepsTheLevel) {
    FAST_MUTEX mutex;
    ExInitializeFastMutex(&mutex);
    AT_IRQL(APC_LEVEL, {
        ExAcquireFastMutexUnsafe(&mutex);
        ExReleaseFastMutexUnsafe(&mutex);
    });
    CHECK(ExTryToAcquireFastMutex(&mutex));
    ExReleaseFastMutex(&mutex);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeInitializeGuardedMutex, MakesAFreeMutex) {
    KGUARDED_MUTEX mutex;
    RtlFillMemory(&mutex, sizeof(mutex), 0x55);
    KeInitializeGuardedMutex(&mutex);
    CHECK(KeTryToAcquireGuardedMutex(&mutex));
    KeReleaseGuardedMutex(&mutex);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeAcquireGuardedMutexUnsafe, LeavesApcsToTheCaller) {
    KGUARDED_MUTEX mutex;
    KeInitializeGuardedMutex(&mutex);
    KeEnterGuardedRegion();
    KeAcquireGuardedMutexUnsafe(&mutex);
    CHECK(!KeTryToAcquireGuardedMutex(&mutex));
    KeReleaseGuardedMutexUnsafe(&mutex);
    KeLeaveGuardedRegion();
    CHECK(!KeAreAllApcsDisabled());
}

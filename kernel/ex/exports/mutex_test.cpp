// SPDX-License-Identifier: GPL-2.0-only
// Fast and guarded mutexes.
#include "abi/functions/ex.h"
#include "kernel/ke/exports/test_thread.hpp"
#include "kernel/ke/mutex.hpp"

namespace rsl {
namespace {

using testing::TestThread;

RSL_TEST(ExFastMutex, HoldsItsOwnerAtApcLevel) {
    FAST_MUTEX mutex;
    ke::initialize_fast_mutex(mutex);  // what the inlined ExInitializeFastMutex writes
    ExAcquireFastMutex(&mutex);
    RSL_EXPECT_EQ(KeGetCurrentIrql(), APC_LEVEL);
    RSL_EXPECT_EQ(mutex.Owner, static_cast<PVOID>(KeGetCurrentThread()));
    RSL_EXPECT(!ExTryToAcquireFastMutex(&mutex));
    RSL_EXPECT_EQ(KeGetCurrentIrql(), APC_LEVEL);
    ExReleaseFastMutex(&mutex);
    RSL_EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    RSL_EXPECT(ExTryToAcquireFastMutex(&mutex));
    ExReleaseFastMutex(&mutex);
    RSL_EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

RSL_TEST(ExFastMutex, ExcludesOthersThatBlock) {
    static FAST_MUTEX mutex;
    static int64_t counter;
    counter = 0;
    ke::initialize_fast_mutex(mutex);
    auto body = [] {
        for (int i = 0; i < 500; ++i) {
            ExAcquireFastMutex(&mutex);
            const int64_t seen = counter;
            if (i % 50 == 0) ZwYieldExecution();
            *static_cast<volatile int64_t*>(&counter) = seen + 1;
            ExReleaseFastMutex(&mutex);
        }
    };
    {
        TestThread a(body), b(body), c(body);
    }
    RSL_EXPECT_EQ(counter, 1500);
    RSL_EXPECT_EQ(mutex.Count, 1);
}

RSL_TEST(ExFastMutex, UnsafeKindLeavesTheLevelToTheCaller) {
    FAST_MUTEX mutex;
    ke::initialize_fast_mutex(mutex);
    KeEnterCriticalRegion();
    ExAcquireFastMutexUnsafe(&mutex);
    RSL_EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    ExReleaseFastMutexUnsafe(&mutex);
    KeLeaveCriticalRegion();
    ExEnterCriticalRegionAndAcquireFastMutexUnsafe(&mutex);
    RSL_EXPECT(KeAreApcsDisabled());
    ExReleaseFastMutexUnsafeAndLeaveCriticalRegion(&mutex);
    RSL_EXPECT(!KeAreApcsDisabled());
}

RSL_TEST(KeGuardedMutex, HoldsOffAllApcsAtPassiveLevel) {
    KGUARDED_MUTEX mutex;
    KeInitializeGuardedMutex(&mutex);
    KeAcquireGuardedMutex(&mutex);
    RSL_EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    RSL_EXPECT(KeAreAllApcsDisabled());
    RSL_EXPECT(!KeTryToAcquireGuardedMutex(&mutex));
    KeReleaseGuardedMutex(&mutex);
    RSL_EXPECT(!KeAreAllApcsDisabled());
    RSL_EXPECT(KeTryToAcquireGuardedMutex(&mutex));
    KeReleaseGuardedMutex(&mutex);
    KeEnterGuardedRegion();
    KeAcquireGuardedMutexUnsafe(&mutex);
    KeReleaseGuardedMutexUnsafe(&mutex);
    KeLeaveGuardedRegion();
    RSL_EXPECT(!KeAreAllApcsDisabled());
}

}  // namespace
}  // namespace rsl

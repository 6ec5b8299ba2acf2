// SPDX-License-Identifier: GPL-2.0-only
// Levels and spin locks; with two processors the locks are really fought for.
#include "abi/functions/ex.h"
#include "kernel/ke/exports/test_thread.hpp"

namespace rsl {
namespace {

using testing::TestThread;

constexpr int kRounds = 3000;

RSL_TEST(KeIrql, RaisesAndLowers) {
    RSL_EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    KIRQL old;
    KeRaiseIrql(APC_LEVEL, &old);
    RSL_EXPECT_EQ(old, PASSIVE_LEVEL);
    RSL_EXPECT_EQ(KeRaiseIrqlToDpcLevel(), APC_LEVEL);
    RSL_EXPECT_EQ(KfRaiseIrql(HIGH_LEVEL), DISPATCH_LEVEL);
    RSL_EXPECT_EQ(KeGetCurrentIrql(), HIGH_LEVEL);
    KeLowerIrql(DISPATCH_LEVEL);
    KfLowerIrql(PASSIVE_LEVEL);
    RSL_EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

/// Two threads add to a plain number under a lock; a lost addition shows.
template <typename Acquire, typename Release>
int64_t fight(Acquire acquire, Release release) {
    static int64_t counter;
    counter = 0;
    auto body = [&] {
        for (int i = 0; i < kRounds; ++i) {
            auto token = acquire();
            const int64_t seen = *static_cast<volatile int64_t*>(&counter);
            if (i % 64 == 0) arch::pause();
            *static_cast<volatile int64_t*>(&counter) = seen + 1;
            release(token);
        }
    };
    {
        TestThread first(body), second(body);
    }
    return counter;
}

RSL_TEST(KeSpinLock, ExcludesOthers) {
    KSPIN_LOCK lock;
    KeInitializeSpinLock(&lock);
    RSL_EXPECT_EQ(fight([&] { return KeAcquireSpinLockRaiseToDpc(&lock); },
                        [&](KIRQL old) { KeReleaseSpinLock(&lock, old); }),
                  int64_t{2 * kRounds});
    RSL_EXPECT(KeTestSpinLock(&lock));
}

RSL_TEST(KeSpinLock, TriesWithoutWaiting) {
    KSPIN_LOCK lock;
    KeInitializeSpinLock(&lock);
    KIRQL old = KeRaiseIrqlToDpcLevel();
    KeAcquireSpinLockAtDpcLevel(&lock);
    RSL_EXPECT(!KeTryToAcquireSpinLockAtDpcLevel(&lock));
    RSL_EXPECT(!KeTestSpinLock(&lock));
    KeReleaseSpinLockFromDpcLevel(&lock);
    RSL_EXPECT(KeTryToAcquireSpinLockAtDpcLevel(&lock));
    KeReleaseSpinLockFromDpcLevel(&lock);
    KeLowerIrql(old);
    old = KeAcquireSpinLockForDpc(&lock);
    RSL_EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeReleaseSpinLockForDpc(&lock, old);
    RSL_EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    KeAcquireSpinLock(&lock, &old);
    KeReleaseSpinLock(&lock, old);
}

RSL_TEST(KeQueuedSpinLock, ExcludesOthers) {
    KSPIN_LOCK lock;
    KeInitializeSpinLock(&lock);
    RSL_EXPECT_EQ(fight(
                      [&] {
                          struct Handle {
                              KLOCK_QUEUE_HANDLE* handle;
                          };
                          static KLOCK_QUEUE_HANDLE handles[16];
                          const KIRQL old = KeRaiseIrqlToDpcLevel();
                          KLOCK_QUEUE_HANDLE& handle = handles[KeGetCurrentProcessorNumberEx(nullptr)];
                          KeAcquireInStackQueuedSpinLockAtDpcLevel(&lock, &handle);
                          handle.OldIrql = old;
                          return &handle;
                      },
                      [&](KLOCK_QUEUE_HANDLE* handle) { KeReleaseInStackQueuedSpinLock(handle); }),
                  int64_t{2 * kRounds});
    KLOCK_QUEUE_HANDLE handle;
    KeAcquireInStackQueuedSpinLock(&lock, &handle);
    RSL_EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeReleaseInStackQueuedSpinLock(&handle);
    KeAcquireInStackQueuedSpinLockForDpc(&lock, &handle);
    KeReleaseInStackQueuedSpinLockForDpc(&handle);
    const KIRQL old = KeRaiseIrqlToDpcLevel();
    KeAcquireInStackQueuedSpinLockAtDpcLevel(&lock, &handle);
    KeReleaseInStackQueuedSpinLockFromDpcLevel(&handle);
    KeLowerIrql(old);
    RSL_EXPECT_EQ(lock, KSPIN_LOCK{0});
}

RSL_TEST(ExSpinLock, ExcludesWritersAndSharesReaders) {
    static EX_SPIN_LOCK lock = 0;
    RSL_EXPECT_EQ(fight([&] { return ExAcquireSpinLockExclusive(&lock); },
                        [&](KIRQL old) { ExReleaseSpinLockExclusive(&lock, old); }),
                  int64_t{2 * kRounds});
    const KIRQL old = ExAcquireSpinLockShared(&lock);
    RSL_EXPECT(ExTryAcquireSpinLockSharedAtDpcLevel(&lock));
    RSL_EXPECT(!ExTryAcquireSpinLockExclusiveAtDpcLevel(&lock));
    RSL_EXPECT(!ExTryConvertSharedSpinLockExclusive(&lock));
    ExReleaseSpinLockSharedFromDpcLevel(&lock);
    RSL_EXPECT(ExTryConvertSharedSpinLockExclusive(&lock));
    RSL_EXPECT(!ExTryAcquireSpinLockSharedAtDpcLevel(&lock));
    ExReleaseSpinLockExclusiveFromDpcLevel(&lock);
    ExAcquireSpinLockExclusiveAtDpcLevel(&lock);
    ExReleaseSpinLockExclusiveFromDpcLevel(&lock);
    ExAcquireSpinLockSharedAtDpcLevel(&lock);
    ExReleaseSpinLockShared(&lock, old);
    RSL_EXPECT_EQ(lock, 0);
}

}  // namespace
}  // namespace rsl

// SPDX-License-Identifier: GPL-2.0-only
// Push locks and rundown protection.
#include "abi/functions/ex.h"
#include "kernel/ke/exports/test_thread.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl {
namespace {

using testing::TestThread;

RSL_TEST(ExPushLock, SharesReadersAndExcludesWriters) {
    EX_PUSH_LOCK lock;
    ExInitializePushLock(&lock);
    KeEnterCriticalRegion();
    ExAcquirePushLockSharedEx(&lock, 0);
    RSL_EXPECT(ExTryAcquirePushLockSharedEx(&lock, 0));
    RSL_EXPECT(!ExTryAcquirePushLockExclusiveEx(&lock, 0));
    ExReleasePushLockSharedEx(&lock, 0);
    ExReleasePushLockEx(&lock, 0);
    RSL_EXPECT_EQ(lock, EX_PUSH_LOCK{0});
    ExAcquirePushLockExclusiveEx(&lock, 0);
    RSL_EXPECT(!ExTryAcquirePushLockSharedEx(&lock, 0));
    RSL_EXPECT(!ExfTryAcquirePushLockShared(&lock));
    ExReleasePushLockExclusiveEx(&lock, 0);
    ExfAcquirePushLockExclusive(&lock);
    ExfReleasePushLockExclusive(&lock);
    ExfAcquirePushLockShared(&lock);
    ExfReleasePushLockShared(&lock);
    ExfAcquirePushLockShared(&lock);
    ExfReleasePushLock(&lock);
    RSL_EXPECT_EQ(lock, EX_PUSH_LOCK{0});
    KeLeaveCriticalRegion();
}

RSL_TEST(ExPushLock, HandsOverInTheOrderOfArrival) {
    static EX_PUSH_LOCK lock;
    static std::atomic<int> order;
    ExInitializePushLock(&lock);
    order = 0;
    ExAcquirePushLockExclusiveEx(&lock, 0);
    int writer_turn = -1, reader_turn = -1;
    auto writer = [&] {
        ExAcquirePushLockExclusiveEx(&lock, 0);
        writer_turn = order.fetch_add(1);
        ExReleasePushLockExclusiveEx(&lock, 0);
    };
    auto reader = [&] {
        ExAcquirePushLockSharedEx(&lock, 0);
        reader_turn = order.fetch_add(1);
        ExReleasePushLockSharedEx(&lock, 0);
    };
    {
        TestThread first(writer);
        first.await_waiting();
        TestThread second(reader);
        second.await_waiting();
        ExReleasePushLockExclusiveEx(&lock, 0);
    }
    RSL_EXPECT_EQ(writer_turn, 0);
    RSL_EXPECT_EQ(reader_turn, 1);
    RSL_EXPECT_EQ(lock, EX_PUSH_LOCK{0});
}

RSL_TEST(ExPushLock, ManyReadersAndWritersLoseNothing) {
    static EX_PUSH_LOCK lock;
    static volatile int64_t pair[2];
    static std::atomic<int> torn;
    ExInitializePushLock(&lock);
    pair[0] = 0;
    pair[1] = 0;
    torn = 0;
    auto body = [] {
        for (int i = 0; i < 600; ++i) {
            if (i % 3 == 0) {
                ExAcquirePushLockExclusiveEx(&lock, 0);
                pair[0] = pair[0] + 1;
                if (i % 60 == 0) ZwYieldExecution();
                pair[1] = pair[1] + 1;
                ExReleasePushLockExclusiveEx(&lock, 0);
            } else {
                ExAcquirePushLockSharedEx(&lock, 0);
                if (i % 61 == 0) ZwYieldExecution();
                if (pair[0] != pair[1]) torn.fetch_add(1);
                ExReleasePushLockSharedEx(&lock, 0);
            }
        }
    };
    {
        TestThread a(body), b(body), c(body), d(body);
    }
    RSL_EXPECT_EQ(torn.load(), 0);
    RSL_EXPECT_EQ(pair[0], 800);
    RSL_EXPECT_EQ(lock, EX_PUSH_LOCK{0});
}

RSL_TEST(ExRundown, WaitsForItsUsersAndThenLetsNobodyIn) {
    EX_RUNDOWN_REF rundown;
    ExInitializeRundownProtection(&rundown);
    RSL_EXPECT(ExAcquireRundownProtection(&rundown));
    RSL_EXPECT(ExAcquireRundownProtectionEx(&rundown, 2));
    std::atomic<bool> done = false;
    auto body = [&] {
        ExWaitForRundownProtectionRelease(&rundown);
        done = true;
    };
    TestThread waiter(body);
    waiter.await_waiting();
    RSL_EXPECT(!ExAcquireRundownProtection(&rundown));
    ExReleaseRundownProtection(&rundown);
    RSL_EXPECT(!done.load());
    ExReleaseRundownProtectionEx(&rundown, 2);
    waiter.join();
    RSL_EXPECT(done.load());
    RSL_EXPECT(!ExAcquireRundownProtection(&rundown));
    ExRundownCompleted(&rundown);
    RSL_EXPECT(!ExAcquireRundownProtection(&rundown));
    ExReInitializeRundownProtection(&rundown);
    RSL_EXPECT(ExAcquireRundownProtection(&rundown));
    ExReleaseRundownProtection(&rundown);
    ExWaitForRundownProtectionRelease(&rundown);  // nobody uses it: at once
}

RSL_TEST(ExRundown, CacheAwareKindCountsAcrossProcessors) {
    PEX_RUNDOWN_REF_CACHE_AWARE rundown = ExAllocateCacheAwareRundownProtection(NonPagedPoolNx, 0x74736554);
    RSL_REQUIRE(rundown != nullptr);
    // In on one processor, out on another.
    RSL_EXPECT(ExAcquireRundownProtectionCacheAware(rundown));
    RSL_EXPECT(ExAcquireRundownProtectionCacheAwareEx(rundown, 3));
    const ULONG count = KeQueryActiveProcessorCount(nullptr);
    KeSetSystemAffinityThread(KAFFINITY{1} << (count - 1));
    ExReleaseRundownProtectionCacheAwareEx(rundown, 3);
    KeRevertToUserAffinityThread();
    std::atomic<bool> done = false;
    auto body = [&] {
        ExWaitForRundownProtectionReleaseCacheAware(rundown);
        done = true;
    };
    TestThread waiter(body);
    waiter.await_waiting();
    RSL_EXPECT(!done.load());
    RSL_EXPECT(!ExAcquireRundownProtectionCacheAware(rundown));
    ExReleaseRundownProtectionCacheAware(rundown);
    waiter.join();
    RSL_EXPECT(done.load());
    ExReInitializeRundownProtectionCacheAware(rundown);
    RSL_EXPECT(ExAcquireRundownProtectionCacheAware(rundown));
    ExReleaseRundownProtectionCacheAware(rundown);
    ExRundownCompletedCacheAware(rundown);
    RSL_EXPECT(!ExAcquireRundownProtectionCacheAware(rundown));
    ExFreeCacheAwareRundownProtection(rundown);
    const SIZE_T bytes = ExSizeOfRundownProtectionCacheAware();
    auto* const own = static_cast<PEX_RUNDOWN_REF_CACHE_AWARE>(mm::allocate(bytes, mm::pool_tag("Test")));
    RSL_REQUIRE(own != nullptr);
    ExInitializeRundownProtectionCacheAware(own, bytes);
    RSL_EXPECT(ExAcquireRundownProtectionCacheAware(own));
    ExReleaseRundownProtectionCacheAware(own);
    mm::free(own);
}

}  // namespace
}  // namespace rsl

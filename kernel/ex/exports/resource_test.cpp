// SPDX-License-Identifier: GPL-2.0-only
// Resources: who gets in before whom.
#include "abi/functions/ex.h"
#include "kernel/ke/exports/test_thread.hpp"

namespace rsl {
namespace {

using testing::TestThread;

/// A resource of a test that holds off APCs as its users must.
struct Fixture {
    ERESOURCE resource;
    Fixture() {
        ExInitializeResourceLite(&resource);
        KeEnterCriticalRegion();
    }
    ~Fixture() {
        KeLeaveCriticalRegion();
        RSL_EXPECT_EQ(ExDeleteResourceLite(&resource), STATUS_SUCCESS);
    }
};

RSL_TEST(ExResource, ExclusiveNestsAndExcludes) {
    Fixture f;
    RSL_EXPECT(ExAcquireResourceExclusiveLite(&f.resource, TRUE));
    RSL_EXPECT(ExAcquireResourceExclusiveLite(&f.resource, FALSE));
    RSL_EXPECT(ExAcquireResourceSharedLite(&f.resource, FALSE));  // an owner may always
    RSL_EXPECT(ExIsResourceAcquiredExclusiveLite(&f.resource));
    RSL_EXPECT_EQ(ExIsResourceAcquiredSharedLite(&f.resource), 3u);
    BOOLEAN exclusive = TRUE, shared = TRUE;
    auto body = [&] {
        KeEnterCriticalRegion();
        exclusive = ExAcquireResourceExclusiveLite(&f.resource, FALSE);
        shared = ExAcquireResourceSharedLite(&f.resource, FALSE);
        KeLeaveCriticalRegion();
    };
    {
        TestThread stranger(body);
    }
    RSL_EXPECT(!exclusive && !shared);
    for (int i = 0; i < 3; ++i) ExReleaseResourceLite(&f.resource);
    RSL_EXPECT(!ExIsResourceAcquiredExclusiveLite(&f.resource));
    RSL_EXPECT_EQ(f.resource.ActiveEntries, 0u);
}

RSL_TEST(ExResource, IsSharedByManyThreads) {
    Fixture f;
    constexpr int kThreads = 12;  // more than the first owner table has room for
    std::atomic<int> inside = 0;
    KEVENT leave;
    KeInitializeEvent(&leave, NotificationEvent, FALSE);
    auto body = [&] {
        ExEnterCriticalRegionAndAcquireResourceShared(&f.resource);
        inside.fetch_add(1);
        testing::wait_for(&leave, testing::in_ms(20'000));
        ExReleaseResourceAndLeaveCriticalRegion(&f.resource);
    };
    {
        alignas(TestThread) char storage[kThreads][sizeof(TestThread)];
        for (auto& place : storage) ::new (place) TestThread(body);
        testing::sleep_until([&] { return inside.load() == kThreads; });
        RSL_EXPECT(ExAcquireResourceSharedLite(&f.resource, FALSE));
        RSL_EXPECT(!ExAcquireResourceExclusiveLite(&f.resource, FALSE));
        RSL_EXPECT_EQ(f.resource.ActiveEntries, static_cast<ULONG>(kThreads + 1));
        ExReleaseResourceLite(&f.resource);
        KeSetEvent(&leave, IO_NO_INCREMENT, FALSE);
        for (auto& place : storage) reinterpret_cast<TestThread*>(place)->~TestThread();
    }
    RSL_EXPECT_EQ(f.resource.ActiveEntries, 0u);
}

RSL_TEST(ExResource, AWaitingWriterKeepsNewReadersOutUnlessTheyStarveIt) {
    Fixture f;
    ExAcquireResourceSharedLite(&f.resource, TRUE);
    std::atomic<bool> wrote = false;
    auto writer = [&] {
        ExEnterCriticalRegionAndAcquireResourceExclusive(&f.resource);
        wrote = true;
        ExReleaseResourceAndLeaveCriticalRegion(&f.resource);
    };
    TestThread waits(writer);
    testing::sleep_until([&] { return ExGetExclusiveWaiterCount(&f.resource) == 1; });
    BOOLEAN fair = TRUE, polite = TRUE, starving = FALSE;
    auto reader = [&] {
        KeEnterCriticalRegion();
        fair = ExAcquireResourceSharedLite(&f.resource, FALSE);
        polite = ExAcquireSharedWaitForExclusive(&f.resource, FALSE);
        starving = ExAcquireSharedStarveExclusive(&f.resource, FALSE);
        if (starving) ExReleaseResourceLite(&f.resource);
        KeLeaveCriticalRegion();
    };
    {
        TestThread newcomer(reader);
    }
    RSL_EXPECT(!fair && !polite && starving);
    // Who shares it already nests, except when it asks to wait for writers.
    RSL_EXPECT(ExAcquireResourceSharedLite(&f.resource, FALSE));
    RSL_EXPECT(!ExAcquireSharedWaitForExclusive(&f.resource, FALSE));
    RSL_EXPECT(!wrote.load());
    ExReleaseResourceLite(&f.resource);
    ExReleaseResourceLite(&f.resource);
    waits.join();
    RSL_EXPECT(wrote.load());
    RSL_EXPECT_EQ(ExGetSharedWaiterCount(&f.resource), 0u);
}

RSL_TEST(ExResource, ConvertingLetsWaitingReadersIn) {
    Fixture f;
    ExAcquireResourceExclusiveLite(&f.resource, TRUE);
    std::atomic<bool> read = false;
    auto reader = [&] {
        ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(&f.resource);
        read = true;
        ExReleaseResourceAndLeaveCriticalRegion(&f.resource);
    };
    TestThread waits(reader);
    testing::sleep_until([&] { return ExGetSharedWaiterCount(&f.resource) == 1; });
    ExConvertExclusiveToSharedLite(&f.resource);
    waits.join();
    RSL_EXPECT(read.load());
    RSL_EXPECT_EQ(ExIsResourceAcquiredSharedLite(&f.resource), 1u);
    ExReleaseResourceLite(&f.resource);
}

RSL_TEST(ExResource, IsReleasedForAnotherThreadAndByOwnerPointer) {
    Fixture f;
    const auto self = reinterpret_cast<ERESOURCE_THREAD>(KeGetCurrentThread());
    ExAcquireResourceExclusiveLite(&f.resource, TRUE);
    auto other = [&] { ExReleaseResourceForThreadLite(&f.resource, self); };
    {
        TestThread releases(other);
    }
    RSL_EXPECT_EQ(f.resource.ActiveEntries, 0u);
    static int owner;
    const auto pointer = reinterpret_cast<ULONG_PTR>(&owner) | 3;
    ExAcquireResourceSharedLite(&f.resource, TRUE);
    ExSetResourceOwnerPointer(&f.resource, reinterpret_cast<PVOID>(pointer));
    RSL_EXPECT_EQ(ExIsResourceAcquiredSharedLite(&f.resource), 0u);
    ExReleaseResourceForThreadLite(&f.resource, pointer);
    RSL_EXPECT_EQ(f.resource.ActiveEntries, 0u);
    RSL_EXPECT_EQ(ExReinitializeResourceLite(&f.resource), STATUS_SUCCESS);
}

RSL_TEST(ExResource, ReadersAndWritersSeeWholeStates) {
    static ERESOURCE resource;
    static volatile int64_t pair[2];
    static std::atomic<int> torn;
    ExInitializeResourceLite(&resource);
    pair[0] = 0;
    pair[1] = 0;
    torn = 0;
    auto body = [] {
        for (int i = 0; i < 400; ++i) {
            if (i % 4 == 0) {
                ExEnterCriticalRegionAndAcquireResourceExclusive(&resource);
                pair[0] = pair[0] + 1;
                if (i % 40 == 0) ZwYieldExecution();
                pair[1] = pair[1] + 1;
            } else {
                ExEnterCriticalRegionAndAcquireResourceShared(&resource);
                if (pair[0] != pair[1]) torn.fetch_add(1);
            }
            ExReleaseResourceAndLeaveCriticalRegion(&resource);
        }
    };
    {
        TestThread a(body), b(body), c(body);
    }
    RSL_EXPECT_EQ(torn.load(), 0);
    RSL_EXPECT_EQ(pair[1], 300);
    ExDeleteResourceLite(&resource);
}

}  // namespace
}  // namespace rsl

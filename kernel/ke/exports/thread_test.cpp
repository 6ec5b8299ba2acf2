// SPDX-License-Identifier: GPL-2.0-only
// Threads: priorities and preemption, affinity, stacks, processors, time.
#include "kernel/ke/exports/test_thread.hpp"

namespace rsl {
namespace {

using testing::in_ms;
using testing::TestThread;

RSL_TEST(KeThread, HigherPriorityPreemptsAtOnceOnOneProcessor) {
    const KAFFINITY before = KeSetSystemAffinityThreadEx(1);
    KEVENT go;
    KeInitializeEvent(&go, SynchronizationEvent, FALSE);
    std::atomic<bool> ran = false;
    auto body = [&] {
        KeSetSystemAffinityThread(1);
        KeSetPriorityThread(KeGetCurrentThread(), 20);
        testing::wait_for(&go, in_ms(10'000));
        ran = true;
    };
    TestThread urgent(body);
    testing::sleep_until([&] { return KeQueryPriorityThread(urgent.nt()) == 20; });
    urgent.await_waiting();
    KeSetEvent(&go, IO_NO_INCREMENT, FALSE);
    RSL_EXPECT(ran.load());  // it ran before KeSetEvent came back
    urgent.join();
    KeRevertToUserAffinityThreadEx(before);
}

RSL_TEST(KeThread, EqualsShareAProcessor) {
    std::atomic<bool> stop = false;
    std::atomic<uint64_t> counts[2] = {};
    struct Body {
        std::atomic<bool>& stop;
        std::atomic<uint64_t>& count;
        void operator()() {
            KeSetSystemAffinityThread(1);
            while (!stop.load()) count.fetch_add(1);
        }
    } first{stop, counts[0]}, second{stop, counts[1]};
    const KPRIORITY old = KeSetPriorityThread(KeGetCurrentThread(), 16);
    {
        TestThread a(first), b(second);
        testing::sleep_until([&] { return counts[0].load() > 1000 && counts[1].load() > 1000; });
        stop = true;
    }
    KeSetPriorityThread(KeGetCurrentThread(), old);
}

RSL_TEST(KeThread, SetsAndTellsPriorities) {
    const PKTHREAD self = KeGetCurrentThread();
    const KPRIORITY old = KeSetPriorityThread(self, 12);
    RSL_EXPECT_EQ(KeQueryPriorityThread(self), 12);
    RSL_EXPECT_EQ(KeSetPriorityThread(self, 8), 12);
    RSL_EXPECT_EQ(KeSetBasePriorityThread(self, 2), 0);
    RSL_EXPECT_EQ(KeQueryPriorityThread(self), 10);
    RSL_EXPECT_EQ(KeSetBasePriorityThread(self, 0), 2);
    KeSetPriorityThread(self, old);
}

RSL_TEST(KeThread, RunsWhereItsAffinitySays) {
    const ULONG count = KeQueryActiveProcessorCount(nullptr);
    RSL_EXPECT_EQ(KeQueryActiveProcessors(), (KAFFINITY{1} << count) - 1);
    RSL_EXPECT_EQ(count, KeQueryActiveProcessorCountEx(0));
    for (ULONG i = 0; i < 4 * count; ++i) {
        GROUP_AFFINITY affinity{KAFFINITY{1} << i % count, 0, {}}, before;
        KeSetSystemGroupAffinityThread(&affinity, &before);
        PROCESSOR_NUMBER number;
        RSL_EXPECT_EQ(KeGetCurrentProcessorNumberEx(&number), i % count);
        RSL_EXPECT_EQ(KeGetProcessorIndexFromNumber(&number), i % count);
        KeRevertToUserGroupAffinityThread(&before);
    }
    RSL_EXPECT_EQ(KeSetSystemAffinityThreadEx(1), KAFFINITY{0});
    RSL_EXPECT_EQ(KeSetSystemAffinityThreadEx(1), KAFFINITY{1});
    KeRevertToUserAffinityThread();
    RSL_EXPECT_EQ(KeQueryActiveGroupCount(), 1);
    RSL_EXPECT(KeQueryMaximumProcessorCountEx(ALL_PROCESSOR_GROUPS) >= count);
    RSL_EXPECT_EQ(KeNumberProcessors, static_cast<CCHAR>(count));
}

RSL_TEST(KeThread, ManyCreateAndEnd) {
    std::atomic<int> ran = 0;
    auto body = [&] { ran.fetch_add(1); };
    for (int round = 0; round < 25; ++round) {
        TestThread a(body), b(body), c(body), d(body);
    }
    RSL_EXPECT_EQ(ran.load(), 100);
}

RSL_TEST(KeThread, PassesATokenAround) {
    constexpr int kThreads = 4, kRounds = 500;
    KEVENT turns[kThreads];
    std::atomic<int> passed = 0;
    struct Body {
        KEVENT* mine;
        KEVENT* next;
        std::atomic<int>* passed;
        void operator()() {
            for (int i = 0; i < kRounds; ++i) {
                testing::wait_for(mine, in_ms(20'000));
                passed->fetch_add(1);
                KeSetEvent(next, IO_NO_INCREMENT, FALSE);
            }
        }
    } bodies[kThreads];
    for (int i = 0; i < kThreads; ++i) KeInitializeEvent(&turns[i], SynchronizationEvent, FALSE);
    for (int i = 0; i < kThreads; ++i) bodies[i] = {&turns[i], &turns[(i + 1) % kThreads], &passed};
    {
        TestThread a(bodies[0]), b(bodies[1]), c(bodies[2]), d(bodies[3]);
        KeSetEvent(&turns[0], IO_NO_INCREMENT, FALSE);
    }
    RSL_EXPECT_EQ(passed.load(), kThreads * kRounds);
}

/// In a thread of its own: the test run itself has a larger stack than threads do.
void grow_stack() {
    struct Seen {
        ULONG_PTR remaining;
        bool inside;
    } seen{};
    const ULONG_PTR here = IoGetRemainingStackSize();
    RSL_EXPECT(here > 16 * 1024 && here < 64 * 1024);
    RSL_EXPECT_EQ(KeExpandKernelStackAndCallout([](PVOID parameter) NTAPI {
        auto& out = *static_cast<Seen*>(parameter);
        ULONG_PTR low, high;
        IoGetStackLimits(&low, &high);
        const auto address = reinterpret_cast<ULONG_PTR>(&low);
        out.inside = address >= low && address < high;
        out.remaining = IoGetRemainingStackSize();
    }, &seen, 64 * 1024), STATUS_SUCCESS);
    RSL_EXPECT(seen.inside);
    RSL_EXPECT(seen.remaining >= 64 * 1024);
    RSL_EXPECT_EQ(KeExpandKernelStackAndCalloutEx([](PVOID) NTAPI {}, nullptr, 1 << 20, FALSE, nullptr),
                  STATUS_INVALID_PARAMETER_3);
    RSL_EXPECT(IoGetRemainingStackSize() <= here + 256);
}

RSL_TEST(KeStack, GrowsForACallout) {
    auto body = [] { grow_stack(); };
    TestThread thread(body);
}

RSL_TEST(KeTime, GoesOnAndAgrees) {
    const auto& shared = *reinterpret_cast<const volatile KUSER_SHARED_DATA*>(kSharedUserDataAddress);
    LARGE_INTEGER first, second;
    KeQuerySystemTimePrecise(&first);
    KeQuerySystemTime(&second);
    RSL_EXPECT(second.QuadPart >= first.QuadPart);
    RSL_EXPECT(first.QuadPart > 132'000'000'000'000'000);  // after 2019: the host's clock came through
    ULONG64 counter;
    const ULONGLONG begin = KeQueryInterruptTimePrecise(&counter);
    LARGE_INTEGER pause = in_ms(20);
    KeDelayExecutionThread(KernelMode, FALSE, &pause);
    RSL_EXPECT(KeQueryInterruptTime() - begin >= 200'000);
    RSL_EXPECT(KeQueryUnbiasedInterruptTime() >= begin);
    // What drivers read without a call: at most a tick and the interrupt's delay behind.
    const ULONGLONG inlined = static_cast<ULONGLONG>(shared.InterruptTime.High1Time) << 32 | shared.InterruptTime.LowPart;
    RSL_EXPECT(inlined >= begin + 100'000);
    RSL_EXPECT(inlined <= KeQueryInterruptTime());
    LARGE_INTEGER ticks;
    KeQueryTickCount(&ticks);
    RSL_EXPECT(ticks.QuadPart >= static_cast<LONGLONG>(shared.TickCountQuad & 0xFFFFFFFF));
    RSL_EXPECT_EQ(KeQueryTimeIncrement(), 156250u);
}

RSL_TEST(KeTime, SharedTimesMoveWhileAThreadOnlySpins) {
    const auto& shared = *reinterpret_cast<const volatile KUSER_SHARED_DATA*>(kSharedUserDataAddress);
    KIRQL old;
    KeRaiseIrql(DISPATCH_LEVEL, &old);  // no thread switch helps
    const ULONG begin = shared.InterruptTime.LowPart;
    const ULONGLONG limit = KeQueryInterruptTime() + 20'000'000;
    while (shared.InterruptTime.LowPart == begin && KeQueryInterruptTime() < limit) arch::pause();
    KeLowerIrql(old);
    RSL_EXPECT(shared.InterruptTime.LowPart != begin);
}

RSL_TEST(KeDebug, BugCheckCallbacksRegisterOnce) {
    static KBUGCHECK_CALLBACK_RECORD record;
    record.State = BufferEmpty;
    static UCHAR name[] = "test";
    auto routine = [](PVOID, ULONG) NTAPI {};
    RSL_EXPECT(KeRegisterBugCheckCallback(&record, routine, nullptr, 0, name));
    RSL_EXPECT(!KeRegisterBugCheckCallback(&record, routine, nullptr, 0, name));
    RSL_EXPECT(KeDeregisterBugCheckCallback(&record));
    RSL_EXPECT(!KeDeregisterBugCheckCallback(&record));
}

}  // namespace
}  // namespace rsl

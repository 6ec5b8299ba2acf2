// SPDX-License-Identifier: GPL-2.0-only
// Timers and DPCs. Bounds are one-sided: never early; how late depends on the host.
#include "kernel/ke/exports/test_thread.hpp"

namespace rsl {
namespace {

using testing::in_ms;
using testing::poll;
using testing::TestThread;
using testing::wait_for;

RSL_TEST(KeTimer, FiresOnceAndNeverEarly) {
    KTIMER timer;
    KeInitializeTimer(&timer);
    RSL_EXPECT(!KeReadStateTimer(&timer));
    const ULONGLONG begin = KeQueryInterruptTime();
    RSL_EXPECT(!KeSetTimer(&timer, TestThread::relative_us(2000), nullptr));
    RSL_EXPECT_EQ(wait_for(&timer, in_ms(10'000)), STATUS_SUCCESS);
    RSL_EXPECT(KeQueryInterruptTime() - begin >= 20'000);
    RSL_EXPECT(KeReadStateTimer(&timer));  // a notification timer stays signalled
    RSL_EXPECT(!KeCancelTimer(&timer));
}

RSL_TEST(KeTimer, SynchronizationTimerIsTakenByAWait) {
    KTIMER timer;
    KeInitializeTimerEx(&timer, SynchronizationTimer);
    KeSetTimer(&timer, TestThread::relative_us(100), nullptr);
    RSL_EXPECT_EQ(wait_for(&timer, in_ms(10'000)), STATUS_SUCCESS);
    RSL_EXPECT_EQ(poll(&timer), STATUS_TIMEOUT);
}

RSL_TEST(KeTimer, IsCancelledAndMoved) {
    KTIMER timer;
    KeInitializeTimer(&timer);
    KeSetTimer(&timer, in_ms(60'000), nullptr);
    RSL_EXPECT(KeSetTimer(&timer, in_ms(50'000), nullptr));
    RSL_EXPECT(KeCancelTimer(&timer));
    RSL_EXPECT(!KeCancelTimer(&timer));
    RSL_EXPECT_EQ(poll(&timer), STATUS_TIMEOUT);
}

RSL_TEST(KeTimer, WithADueTimeInThePastFiresAtOnce) {
    KTIMER timer;
    KeInitializeTimer(&timer);
    LARGE_INTEGER past;
    KeQuerySystemTimePrecise(&past);
    past.QuadPart -= 1;
    KeSetTimer(&timer, past, nullptr);
    RSL_EXPECT_EQ(wait_for(&timer, in_ms(10'000)), STATUS_SUCCESS);
}

struct Ticks {
    std::atomic<int> count = 0;
    std::atomic<uint32_t> irql = 0;
    static void NTAPI tick(PKDPC, PVOID context, PVOID, PVOID) {
        auto& self = *static_cast<Ticks*>(context);
        self.irql = KeGetCurrentIrql();
        self.count.fetch_add(1);
    }
};

RSL_TEST(KeTimer, RepeatsAndQueuesItsDpc) {
    Ticks ticks;
    KDPC dpc;
    KeInitializeDpc(&dpc, Ticks::tick, &ticks);
    KTIMER timer;
    KeInitializeTimerEx(&timer, SynchronizationTimer);
    const ULONGLONG begin = KeQueryInterruptTime();
    KeSetTimerEx(&timer, TestThread::relative_us(1000), 2, &dpc);
    testing::sleep_until([&] { return ticks.count.load() >= 5; });
    RSL_EXPECT(KeQueryInterruptTime() - begin >= 10 * (1000 + 4 * 2000));
    RSL_EXPECT_EQ(ticks.irql.load(), uint32_t{DISPATCH_LEVEL});
    RSL_EXPECT(KeCancelTimer(&timer));
    KeFlushQueuedDpcs();
    const int after = ticks.count.load();
    LARGE_INTEGER while_longer = in_ms(6);
    KeDelayExecutionThread(KernelMode, FALSE, &while_longer);
    RSL_EXPECT_EQ(ticks.count.load(), after);
}

RSL_TEST(KeTimer, CoalescableTimerFires) {
    KTIMER timer;
    KeInitializeTimer(&timer);
    RSL_EXPECT(!KeSetCoalescableTimer(&timer, TestThread::relative_us(500), 0, 10, nullptr));
    RSL_EXPECT_EQ(wait_for(&timer, in_ms(10'000)), STATUS_SUCCESS);
}

RSL_TEST(KeTimer, ManyTimersFireInOrder) {
    constexpr int kTimers = 40;
    struct Entry {
        KTIMER timer;
        KDPC dpc;
        std::atomic<int>* next;
        int order = -1;
        static void NTAPI fire(PKDPC, PVOID context, PVOID, PVOID) {
            auto& self = *static_cast<Entry*>(context);
            self.order = self.next->fetch_add(1);
        }
    };
    static Entry entries[kTimers];
    std::atomic<int> next = 0;
    LARGE_INTEGER base;
    KeQuerySystemTimePrecise(&base);
    base.QuadPart += 30'000;
    for (int i = 0; i < kTimers; ++i) {
        const int slot = (i * 17) % kTimers;  // set out of order
        Entry& entry = entries[slot];
        entry.next = &next;
        KeInitializeTimer(&entry.timer);
        KeInitializeDpc(&entry.dpc, Entry::fire, &entry);
        KeSetTargetProcessorDpc(&entry.dpc, 0);
        LARGE_INTEGER due = base;
        due.QuadPart += slot * 2000;
        KeSetTimer(&entry.timer, due, &entry.dpc);
    }
    testing::sleep_until([&] { return next.load() == kTimers; });
    for (int i = 0; i < kTimers; ++i) RSL_EXPECT_EQ(entries[i].order, i);
}

}  // namespace
}  // namespace rsl

// SPDX-License-Identifier: GPL-2.0-only
// DPCs: order, targets, removal; calls on all processors.
#include "kernel/arch/arch.hpp"
#include "kernel/ke/call.hpp"
#include "kernel/ke/exports/test_thread.hpp"
#include "kernel/ke/ipi.hpp"

namespace rsl {
namespace {

/// A DPC that writes down when it ran, and where.
struct Recorder {
    KDPC dpc;
    std::atomic<int>* clock = nullptr;
    std::atomic<int> ran = 0;
    int when = -1;
    ULONG processor = ~0u;
    PVOID argument1 = nullptr, argument2 = nullptr;

    void prepare(std::atomic<int>& shared_clock) {
        clock = &shared_clock;
        KeInitializeDpc(&dpc, run, this);
    }
    static void NTAPI run(PKDPC, PVOID context, PVOID argument1, PVOID argument2) {
        auto& self = *static_cast<Recorder*>(context);
        self.when = self.clock->fetch_add(1);
        self.processor = KeGetCurrentProcessorNumberEx(nullptr);
        self.argument1 = argument1;
        self.argument2 = argument2;
        self.ran.fetch_add(1);
    }
};

RSL_TEST(KeDpc, RunsAtOnceAtPassiveLevelAndWaitsAtDispatchLevel) {
    std::atomic<int> clock = 0;
    Recorder recorder;
    recorder.prepare(clock);
    int argument = 0;
    RSL_EXPECT(KeInsertQueueDpc(&recorder.dpc, &argument, &clock));
    testing::sleep_until([&] { return recorder.ran.load() == 1; });
    RSL_EXPECT(recorder.argument1 == &argument && recorder.argument2 == &clock);
    KIRQL old;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    RSL_EXPECT(KeInsertQueueDpc(&recorder.dpc, nullptr, nullptr));
    RSL_EXPECT(!KeInsertQueueDpc(&recorder.dpc, nullptr, nullptr));  // queued already
    RSL_EXPECT_EQ(recorder.ran.load(), 1);
    KeLowerIrql(old);
    RSL_EXPECT_EQ(recorder.ran.load(), 2);  // before KeLowerIrql came back
}

RSL_TEST(KeDpc, HighImportanceGoesFirst) {
    std::atomic<int> clock = 0;
    Recorder first, second, urgent;
    first.prepare(clock);
    second.prepare(clock);
    urgent.prepare(clock);
    KeSetImportanceDpc(&urgent.dpc, HighImportance);
    KIRQL old;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeInsertQueueDpc(&first.dpc, nullptr, nullptr);
    KeInsertQueueDpc(&second.dpc, nullptr, nullptr);
    KeInsertQueueDpc(&urgent.dpc, nullptr, nullptr);
    KeLowerIrql(old);
    RSL_EXPECT_EQ(urgent.when, 0);
    RSL_EXPECT_EQ(first.when, 1);
    RSL_EXPECT_EQ(second.when, 2);
}

RSL_TEST(KeDpc, IsRemovedBeforeItRuns) {
    std::atomic<int> clock = 0;
    Recorder first, gone, last;
    first.prepare(clock);
    gone.prepare(clock);
    last.prepare(clock);
    KIRQL old;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeInsertQueueDpc(&first.dpc, nullptr, nullptr);
    KeInsertQueueDpc(&gone.dpc, nullptr, nullptr);
    KeInsertQueueDpc(&last.dpc, nullptr, nullptr);
    RSL_EXPECT(KeRemoveQueueDpc(&gone.dpc));
    RSL_EXPECT(!KeRemoveQueueDpc(&gone.dpc));
    KeLowerIrql(old);
    RSL_EXPECT_EQ(gone.ran.load(), 0);
    RSL_EXPECT_EQ(last.when, 1);
    RSL_EXPECT(!KeRemoveQueueDpcEx(&last.dpc, TRUE));
}

RSL_TEST(KeDpc, RunsOnItsTargetProcessor) {
    std::atomic<int> clock = 0;
    const ULONG count = KeQueryActiveProcessorCountEx(ALL_PROCESSOR_GROUPS);
    for (ULONG i = 0; i < count; ++i) {
        Recorder recorder;
        recorder.prepare(clock);
        PROCESSOR_NUMBER number;
        RSL_REQUIRE(KeGetProcessorNumberFromIndex(i, &number) == STATUS_SUCCESS);
        RSL_EXPECT_EQ(KeSetTargetProcessorDpcEx(&recorder.dpc, &number), STATUS_SUCCESS);
        KeInsertQueueDpc(&recorder.dpc, nullptr, nullptr);
        KeFlushQueuedDpcs();
        RSL_EXPECT_EQ(recorder.ran.load(), 1);
        RSL_EXPECT_EQ(recorder.processor, i);
    }
    PROCESSOR_NUMBER beyond{0, static_cast<UCHAR>(count), 0};
    Recorder recorder;
    recorder.prepare(clock);
    RSL_EXPECT_EQ(KeSetTargetProcessorDpcEx(&recorder.dpc, &beyond), STATUS_INVALID_PARAMETER);
}

RSL_TEST(KeDpc, ThreadedOneRuns) {
    std::atomic<int> clock = 0;
    Recorder recorder;
    recorder.clock = &clock;
    KeInitializeThreadedDpc(&recorder.dpc, Recorder::run, &recorder);
    KeInsertQueueDpc(&recorder.dpc, nullptr, nullptr);
    KeFlushQueuedDpcs();
    RSL_EXPECT_EQ(recorder.ran.load(), 1);
}

RSL_TEST(KeDpc, WakesAThreadThatRunsNext) {
    KEVENT event;
    KeInitializeEvent(&event, SynchronizationEvent, FALSE);
    KDPC dpc;
    KeInitializeDpc(&dpc, [](PKDPC, PVOID context, PVOID, PVOID) NTAPI {
        KeSetEvent(static_cast<PRKEVENT>(context), IO_NO_INCREMENT, FALSE);
    }, &event);
    for (int i = 0; i < 200; ++i) {
        KeInsertQueueDpc(&dpc, nullptr, nullptr);
        RSL_EXPECT_EQ(testing::wait_for(&event, testing::in_ms(10'000)), STATUS_SUCCESS);
    }
}

struct Everywhere {
    std::atomic<uint64_t> seen = 0;
    std::atomic<int> leaders = 0;
    std::atomic<uint32_t> level = 0;
};

// Each wants every processor, the other's too.
RSL_TEST(KeGenericCallDpc, TwoCallersAtOnceDoNotWaitForEachOther) {
    constexpr int kCalls = 200;
    std::atomic<int> ran = 0;
    auto call = [&ran] {
        for (int i = 0; i < kCalls; ++i) {
            KeGenericCallDpc([](PKDPC, PVOID context, PVOID done, PVOID synchronize) NTAPI {
                KeSignalCallDpcSynchronize(synchronize);
                static_cast<std::atomic<int>*>(context)->fetch_add(1);
                KeSignalCallDpcDone(done);
            }, &ran);
        }
    };
    {
        testing::TestThread first{call}, second{call};
    }
    RSL_EXPECT_EQ(ran.load(), 2 * kCalls * static_cast<int>(KeQueryActiveProcessorCountEx(ALL_PROCESSOR_GROUPS)));
}

RSL_TEST(KeGenericCallDpc, RunsOnEveryProcessorAtOnce) {
    Everywhere all;
    KeGenericCallDpc([](PKDPC, PVOID context, PVOID done, PVOID synchronize) NTAPI {
        auto& shared = *static_cast<Everywhere*>(context);
        shared.seen.fetch_or(uint64_t{1} << KeGetCurrentProcessorNumberEx(nullptr));
        if (KeSignalCallDpcSynchronize(synchronize)) shared.leaders.fetch_add(1);
        shared.level = KeGetCurrentIrql();
        KeSignalCallDpcDone(done);
    }, &all);
    RSL_EXPECT_EQ(all.seen.load(), KeQueryActiveProcessors());
    RSL_EXPECT_EQ(all.leaders.load(), 1);
    RSL_EXPECT_EQ(all.level.load(), uint32_t{DISPATCH_LEVEL});
}

RSL_TEST(KeIpi, RunsOnEveryProcessorAtIpiLevel) {
    Everywhere all;
    for (int i = 0; i < 50; ++i) {
        all.seen = 0;
        const ULONG_PTR result = KeIpiGenericCall([](ULONG_PTR argument) NTAPI -> ULONG_PTR {
            auto& shared = *reinterpret_cast<Everywhere*>(argument);
            shared.seen.fetch_or(uint64_t{1} << KeGetCurrentProcessorNumberEx(nullptr));
            shared.level = KeGetCurrentIrql();
            return 7;
        }, reinterpret_cast<ULONG_PTR>(&all));
        RSL_EXPECT_EQ(result, ULONG_PTR{7});
        testing::sleep_until([&] { return all.seen.load() == KeQueryActiveProcessors(); });
        RSL_EXPECT_EQ(all.level.load(), uint32_t{IPI_LEVEL});
    }
    RSL_EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

// One processor asks for all at once while the other asks it for something: neither may wait for what the other has not asked for yet.
RSL_TEST(KeIpi, CallsOfOthersMayComeAtAnyMoment) {
    constexpr int kCalls = 2000;
    std::atomic<int> ran = 0;
    auto all_at_once = [&ran] {
        for (int i = 0; i < kCalls; ++i) {
            KeIpiGenericCall([](ULONG_PTR argument) NTAPI -> ULONG_PTR {
                reinterpret_cast<std::atomic<int>*>(argument)->fetch_add(1);
                return 0;
            }, reinterpret_cast<ULONG_PTR>(&ran));
        }
    };
    auto others = [] {
        for (int i = 0; i < kCalls; ++i) ke::call_others([](void*) {}, nullptr);
    };
    {
        testing::TestThread first{all_at_once}, second{others};
    }
    RSL_EXPECT_EQ(ran.load(), kCalls * static_cast<int>(KeQueryActiveProcessorCountEx(ALL_PROCESSOR_GROUPS)));
}

// A thread counts on another processor, where there is one; while we are alone it must not get on.
RSL_TEST(RunAlone, OthersStandStill) {
    struct Counting {
        std::atomic<uint64_t> count = 0;
        std::atomic<bool> stop = false;
        bool moved = false;
        uint32_t level = 0;
    } shared;
    auto count = [&shared] {
        while (!shared.stop.load()) shared.count.fetch_add(1);
    };
    testing::TestThread counter{count};
    testing::sleep_until([&] { return shared.count.load() != 0; });
    for (int i = 0; i < 20; ++i) {
        ke::run_alone(
            [](void* opaque) {
                auto& all = *static_cast<Counting*>(opaque);
                const uint64_t before = all.count.load();
                for (int turn = 0; turn < 1000; ++turn) arch::pause();
                all.moved = all.moved || all.count.load() != before;
                all.level = arch::irql();
            },
            &shared);
    }
    shared.stop = true;
    RSL_EXPECT(!shared.moved);
    RSL_EXPECT_EQ(shared.level, uint32_t{IPI_LEVEL});
    RSL_EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

}  // namespace
}  // namespace rsl

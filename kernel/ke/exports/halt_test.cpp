// SPDX-License-Identifier: GPL-2.0-only
// Halting in a thread: it ends for news and for other threads, and is idle time.
#include "abi/private/rsl_kernel.h"
#include "kernel/arch/arch.hpp"
#include "kernel/ke/exports/test_thread.hpp"
#include "kernel/ke/processor.hpp"

namespace rsl {
namespace {

using testing::in_ms;
using testing::TestThread;

bool is_alone() { return KeQueryActiveProcessorCount(nullptr) == 1; }

struct Alarm {
    KTIMER timer;
    KDPC dpc;
    std::atomic<bool> rang = false;
    explicit Alarm(int64_t ms) {
        KeInitializeTimer(&timer);
        KeInitializeDpc(&dpc, [](struct _KDPC*, PVOID context, PVOID, PVOID) NTAPI {
            static_cast<Alarm*>(context)->rang = true;
        }, this);
        KeSetTimer(&timer, in_ms(ms), &dpc);
    }
    ~Alarm() {
        KeCancelTimer(&timer);
        KeFlushQueuedDpcs();
    }
    static BOOLEAN NTAPI has_rung(PVOID context) { return static_cast<Alarm*>(context)->rang ? TRUE : FALSE; }
};

}  // namespace

RSL_TEST(KeHalt, IsForMachinesWithOneProcessor) {
    if (is_alone()) return;
    Alarm alarm(10'000);
    RSL_EXPECT_EQ(RslHaltUntil(&Alarm::has_rung, &alarm), FALSE);
}

RSL_TEST(KeHalt, DoesNotHaltForWhatIsThere) {
    if (!is_alone()) return;
    const auto there = [](PVOID) NTAPI -> BOOLEAN { return TRUE; };
    RSL_EXPECT_EQ(RslHaltUntil(there, nullptr), TRUE);
}

RSL_TEST(KeHalt, EndsWithTheInterruptThatBringsTheNews) {
    if (!is_alone()) return;
    Alarm alarm(20);
    const uint64_t idle = ke::idle_time_ns(*ke::processors[0]);
    const uint64_t start = arch::now_ns();
    bool found = false;
    while (!(found = RslHaltUntil(&Alarm::has_rung, &alarm)) && !alarm.rang) ZwYieldExecution();
    RSL_EXPECT(found);
    RSL_EXPECT(arch::now_ns() - start >= 15'000'000);
    RSL_EXPECT(ke::idle_time_ns(*ke::processors[0]) - idle >= 10'000'000);  // the halt, not the thread's time
}

RSL_TEST(KeHalt, AnyThreadHasTheProcessorAtOnce) {
    if (!is_alone()) return;
    KEVENT go;
    KeInitializeEvent(&go, SynchronizationEvent, FALSE);
    std::atomic<bool> ran = false;
    auto body = [&] {
        KeSetPriorityThread(KeGetCurrentThread(), 1);  // below everybody: only an idle processor would take it
        testing::wait_for(&go, in_ms(10'000));
        ran = true;
    };
    TestThread low(body);
    testing::sleep_until([&] { return KeQueryPriorityThread(low.nt()) == 1; });
    low.await_waiting();
    struct Waker {
        KTIMER timer;
        KDPC dpc;
        KEVENT& go;
    } waker{{}, {}, go};
    KeInitializeTimer(&waker.timer);
    KeInitializeDpc(&waker.dpc, [](struct _KDPC*, PVOID context, PVOID, PVOID) NTAPI {
        KeSetEvent(&static_cast<Waker*>(context)->go, IO_NO_INCREMENT, FALSE);
    }, &waker);
    KeSetTimer(&waker.timer, in_ms(5), &waker.dpc);
    const auto has_run = [](PVOID context) NTAPI -> BOOLEAN { return *static_cast<std::atomic<bool>*>(context) ? TRUE : FALSE; };
    while (RslHaltUntil(has_run, &ran) == FALSE && !ran) {
        LARGE_INTEGER soon = in_ms(1);
        KeDelayExecutionThread(KernelMode, FALSE, &soon);
    }
    RSL_EXPECT(ran.load());
    low.join();
    KeFlushQueuedDpcs();
}

RSL_TEST(KeHalt, LeavesTheProcessorToWhoeverIsReady) {
    if (!is_alone()) return;
    const KPRIORITY old = KeSetPriorityThread(KeGetCurrentThread(), 16);  // nobody preempts us before the halt
    std::atomic<bool> stop = false;
    auto body = [&] {
        while (!stop) ZwYieldExecution();
    };
    {
        TestThread busy(body);
        Alarm alarm(10'000);
        RSL_EXPECT_EQ(RslHaltUntil(&Alarm::has_rung, &alarm), FALSE);
        stop = true;
    }
    KeSetPriorityThread(KeGetCurrentThread(), old);
}

}  // namespace rsl

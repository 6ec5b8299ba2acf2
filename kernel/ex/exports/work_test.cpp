// SPDX-License-Identifier: GPL-2.0-only
// Work items, callback objects, timer objects, small services.
#include "abi/functions/ex.h"
#include "abi/functions/ob.h"
#include "kernel/ke/exports/test_thread.hpp"

namespace rsl {
namespace {

using testing::in_ms;
using testing::TestThread;

struct Work {
    WORK_QUEUE_ITEM item;
    std::atomic<int>* done;
    KEVENT* gate = nullptr;
    KIRQL irql = 99;
    BOOLEAN in_system = FALSE;
    void prepare(std::atomic<int>& counter) {
        done = &counter;
        item.List.Flink = nullptr;
        item.WorkerRoutine = run;
        item.Parameter = this;
    }
    static void NTAPI run(PVOID parameter) {
        auto& self = *static_cast<Work*>(parameter);
        self.irql = KeGetCurrentIrql();
        self.in_system = &ps::current_process() == &ps::system_process();
        if (self.gate != nullptr) testing::wait_for(self.gate, in_ms(20'000));
        self.done->fetch_add(1);
    }
};

RSL_TEST(ExWorkItem, RunsAtPassiveLevelInTheSystemProcess) {
    for (const WORK_QUEUE_TYPE type : {CriticalWorkQueue, DelayedWorkQueue, HyperCriticalWorkQueue,
                                       static_cast<WORK_QUEUE_TYPE>(CustomPriorityWorkQueue + 10)}) {
        std::atomic<int> done = 0;
        Work work;
        work.prepare(done);
        const KIRQL old = KeRaiseIrqlToDpcLevel();
        ExQueueWorkItem(&work.item, type);
        KeLowerIrql(old);
        testing::sleep_until([&] { return done.load() == 1; });
        RSL_EXPECT_EQ(work.irql, PASSIVE_LEVEL);
        RSL_EXPECT(work.in_system);
    }
}

RSL_TEST(ExWorkItem, BlockedOnesDoNotHoldUpOthers) {
    constexpr int kBlocked = 12;
    KEVENT gate;
    KeInitializeEvent(&gate, NotificationEvent, FALSE);
    std::atomic<int> blocked_done = 0, done = 0;
    Work blocked[kBlocked];
    for (Work& work : blocked) {
        work.prepare(blocked_done);
        work.gate = &gate;
        ExQueueWorkItem(&work.item, DelayedWorkQueue);
    }
    Work free;
    free.prepare(done);
    ExQueueWorkItem(&free.item, DelayedWorkQueue);
    testing::sleep_until([&] { return done.load() == 1; });
    RSL_EXPECT_EQ(blocked_done.load(), 0);
    KeSetEvent(&gate, IO_NO_INCREMENT, FALSE);
    testing::sleep_until([&] { return blocked_done.load() == kBlocked; });
}

struct Heard {
    std::atomic<int> calls = 0;
    PVOID argument1 = nullptr, argument2 = nullptr;
    static void NTAPI hear(PVOID context, PVOID argument1, PVOID argument2) {
        auto& self = *static_cast<Heard*>(context);
        self.argument1 = argument1;
        self.argument2 = argument2;
        self.calls.fetch_add(1);
    }
};

RSL_TEST(ExCallback, CallsWhoIsRegistered) {
    WCHAR text[] = u"\\Callback\\RslTestOfTwo";
    UNICODE_STRING name{sizeof(text) - sizeof(WCHAR), sizeof(text), text};
    OBJECT_ATTRIBUTES attributes{sizeof(OBJECT_ATTRIBUTES), nullptr, &name, 0, nullptr, nullptr};
    OBJECT_ATTRIBUTES unnamed{sizeof(OBJECT_ATTRIBUTES), nullptr, nullptr, 0, nullptr, nullptr};
    PCALLBACK_OBJECT callback = nullptr;
    RSL_EXPECT_EQ(ExCreateCallback(&callback, &unnamed, TRUE, TRUE), STATUS_UNSUCCESSFUL);
    RSL_REQUIRE(ExCreateCallback(&callback, &attributes, TRUE, TRUE) == STATUS_SUCCESS);
    Heard first, second;
    PVOID const one = ExRegisterCallback(callback, Heard::hear, &first);
    PVOID const two = ExRegisterCallback(callback, Heard::hear, &second);
    RSL_EXPECT(one != nullptr && two != nullptr);
    ExNotifyCallback(callback, &first, &second);
    ExUnregisterCallback(one);
    ExNotifyCallback(callback, nullptr, nullptr);
    RSL_EXPECT_EQ(first.calls.load(), 1);
    RSL_EXPECT(first.argument1 == &first && first.argument2 == &second);
    RSL_EXPECT_EQ(second.calls.load(), 2);
    ExUnregisterCallback(two);
    ObDereferenceObject(callback);
}

RSL_TEST(ExCallback, HasANameAndPerhapsOneListenerOnly) {
    WCHAR text[] = u"\\Callback\\RslTest";
    UNICODE_STRING name{sizeof(text) - sizeof(WCHAR), sizeof(text), text};
    OBJECT_ATTRIBUTES attributes{sizeof(OBJECT_ATTRIBUTES), nullptr, &name, OBJ_CASE_INSENSITIVE, nullptr, nullptr};
    PCALLBACK_OBJECT callback = nullptr, again = nullptr;
    RSL_EXPECT_EQ(ExCreateCallback(&callback, &attributes, FALSE, FALSE), STATUS_OBJECT_NAME_NOT_FOUND);
    RSL_REQUIRE(ExCreateCallback(&callback, &attributes, TRUE, FALSE) == STATUS_SUCCESS);
    RSL_EXPECT_EQ(ExCreateCallback(&again, &attributes, FALSE, TRUE), STATUS_SUCCESS);
    RSL_EXPECT_EQ(again, callback);
    Heard heard;
    PVOID const one = ExRegisterCallback(callback, Heard::hear, &heard);
    RSL_EXPECT(one != nullptr);
    RSL_EXPECT(ExRegisterCallback(callback, Heard::hear, &heard) == nullptr);
    ExUnregisterCallback(one);
    ObDereferenceObject(again);
    ObDereferenceObject(callback);
}

struct TimerCalls {
    std::atomic<int> fired = 0, deleted = 0;
    static void NTAPI fire(PEX_TIMER, PVOID context) { static_cast<TimerCalls*>(context)->fired.fetch_add(1); }
    static void NTAPI gone(PVOID context) { static_cast<TimerCalls*>(context)->deleted.fetch_add(1); }
};

RSL_TEST(ExTimer, FiresRepeatsAndIsDeleted) {
    TimerCalls calls;
    PEX_TIMER timer = ExAllocateTimer(TimerCalls::fire, &calls, EX_TIMER_HIGH_RESOLUTION);
    RSL_REQUIRE(timer != nullptr);
    RSL_EXPECT(!ExSetTimer(timer, -5000, 10'000, nullptr));
    testing::sleep_until([&] { return calls.fired.load() >= 3; });
    RSL_EXPECT(ExCancelTimer(timer, nullptr));
    RSL_EXPECT(!ExCancelTimer(timer, nullptr));
    ExSetTimer(timer, -600'000'000, 0, nullptr);
    EXT_DELETE_PARAMETERS parameters{0, 0, TimerCalls::gone, &calls};
    RSL_EXPECT(ExDeleteTimer(timer, TRUE, TRUE, &parameters));
    RSL_EXPECT_EQ(calls.deleted.load(), 1);
}

RSL_TEST(ExTimer, IsWaitedForAndDeletedAfterItsLastExpiry) {
    TimerCalls calls;
    PEX_TIMER timer = ExAllocateTimer(TimerCalls::fire, &calls, EX_TIMER_NOTIFICATION);
    RSL_REQUIRE(timer != nullptr);
    ExSetTimer(timer, -10'000, 0, nullptr);
    RSL_EXPECT_EQ(testing::wait_for(timer, in_ms(20'000)), STATUS_SUCCESS);
    ExSetTimer(timer, -20'000, 0, nullptr);
    EXT_DELETE_PARAMETERS parameters{0, 0, TimerCalls::gone, &calls};
    ExDeleteTimer(timer, FALSE, FALSE, &parameters);
    testing::sleep_until([&] { return calls.deleted.load() == 1; });
    RSL_EXPECT_EQ(calls.fired.load(), 2);
}

RSL_TEST(ExUuid, IsUniqueAndVersionFour) {
    GUID first, second;
    RSL_EXPECT_EQ(ExUuidCreate(&first), STATUS_SUCCESS);
    ExUuidCreate(&second);
    RSL_EXPECT(__builtin_memcmp(&first, &second, sizeof(GUID)) != 0);
    RSL_EXPECT_EQ(first.Data3 >> 12, 4);
    RSL_EXPECT_EQ(first.Data4[0] >> 6, 2);
}

RSL_TEST(ExServices, TellModeAndFeatures) {
    RSL_EXPECT_EQ(ExGetPreviousMode(), static_cast<KPROCESSOR_MODE>(KernelMode));
    RSL_EXPECT(ExIsProcessorFeaturePresent(10));  // PF_XMMI64_INSTRUCTIONS_AVAILABLE: SSE2
    RSL_EXPECT(!ExIsProcessorFeaturePresent(64));
}

}  // namespace
}  // namespace rsl

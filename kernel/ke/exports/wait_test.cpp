// SPDX-License-Identifier: GPL-2.0-only
// Waits for several objects, time-outs, alerts, delays.
#include "kernel/ke/exports/test_thread.hpp"

namespace rsl {
namespace {

using testing::at_once;
using testing::in_ms;
using testing::TestThread;

struct Events {
    KEVENT events[6];
    void* objects[6];
    explicit Events(EVENT_TYPE type) {
        for (int i = 0; i < 6; ++i) {
            KeInitializeEvent(&events[i], type, FALSE);
            objects[i] = &events[i];
        }
    }
    NTSTATUS wait(ULONG count, WAIT_TYPE type, LARGE_INTEGER timeout, PKWAIT_BLOCK blocks = nullptr) {
        return KeWaitForMultipleObjects(count, objects, type, Executive, KernelMode, FALSE, &timeout, blocks);
    }
};

RSL_TEST(KeWait, AnyReturnsTheFirstSignalledIndex) {
    Events e(SynchronizationEvent);
    RSL_EXPECT_EQ(e.wait(3, WaitAny, at_once()), STATUS_TIMEOUT);
    KeSetEvent(&e.events[2], IO_NO_INCREMENT, FALSE);
    KeSetEvent(&e.events[1], IO_NO_INCREMENT, FALSE);
    RSL_EXPECT_EQ(e.wait(3, WaitAny, at_once()), STATUS_WAIT_0 + 1);
    RSL_EXPECT_EQ(e.wait(3, WaitAny, at_once()), STATUS_WAIT_0 + 2);
    RSL_EXPECT_EQ(e.wait(3, WaitAny, at_once()), STATUS_TIMEOUT);
}

RSL_TEST(KeWait, AllTakesNothingUntilItCanTakeAll) {
    Events e(SynchronizationEvent);
    KeSetEvent(&e.events[0], IO_NO_INCREMENT, FALSE);
    RSL_EXPECT_EQ(e.wait(2, WaitAll, at_once()), STATUS_TIMEOUT);
    RSL_EXPECT(KeReadStateEvent(&e.events[0]) != 0);
    KeSetEvent(&e.events[1], IO_NO_INCREMENT, FALSE);
    RSL_EXPECT_EQ(e.wait(2, WaitAll, at_once()), STATUS_SUCCESS);
    RSL_EXPECT_EQ(KeReadStateEvent(&e.events[0]), 0);
    RSL_EXPECT_EQ(KeReadStateEvent(&e.events[1]), 0);
}

RSL_TEST(KeWait, AllIsSatisfiedWhileBlocked) {
    Events e(SynchronizationEvent);
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    auto body = [&] { status = e.wait(3, WaitAll, in_ms(10'000)); };
    TestThread waiter(body);
    waiter.await_waiting();
    KeSetEvent(&e.events[2], IO_NO_INCREMENT, FALSE);
    KeSetEvent(&e.events[0], IO_NO_INCREMENT, FALSE);
    RSL_EXPECT(KeReadStateEvent(&e.events[0]) != 0);  // not taken: one is missing
    KeSetEvent(&e.events[1], IO_NO_INCREMENT, FALSE);
    waiter.join();
    RSL_EXPECT_EQ(status, STATUS_SUCCESS);
    RSL_EXPECT_EQ(KeReadStateEvent(&e.events[2]), 0);
}

RSL_TEST(KeWait, AnyIsSatisfiedWhileBlockedByCallersBlocks) {
    Events e(NotificationEvent);
    KWAIT_BLOCK blocks[6];
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    auto body = [&] { status = e.wait(6, WaitAny, in_ms(10'000), blocks); };
    TestThread waiter(body);
    waiter.await_waiting();
    KeSetEvent(&e.events[5], IO_NO_INCREMENT, FALSE);
    waiter.join();
    RSL_EXPECT_EQ(status, STATUS_WAIT_0 + 5);
}

RSL_TEST(KeWait, TimesOutNeverEarly) {
    Events e(NotificationEvent);
    for (const int64_t us : {1, 50, 999, 1000, 5000, 16'000}) {
        const ULONGLONG begin = KeQueryInterruptTime();
        LARGE_INTEGER timeout = TestThread::relative_us(us);
        RSL_EXPECT_EQ(e.wait(2, WaitAny, timeout), STATUS_TIMEOUT);
        RSL_EXPECT(KeQueryInterruptTime() - begin >= static_cast<ULONGLONG>(us) * 10);
    }
}

RSL_TEST(KeWait, TakesAbsoluteTimes) {
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    LARGE_INTEGER due;
    KeQuerySystemTimePrecise(&due);
    LARGE_INTEGER past = due;
    past.QuadPart -= 10'000'000;
    RSL_EXPECT_EQ(testing::wait_for(&event, past), STATUS_TIMEOUT);
    due.QuadPart += 20'000;
    RSL_EXPECT_EQ(testing::wait_for(&event, due), STATUS_TIMEOUT);
    LARGE_INTEGER now;
    KeQuerySystemTimePrecise(&now);
    RSL_EXPECT(now.QuadPart >= due.QuadPart);
}

RSL_TEST(KeWait, PollsAtDispatchLevel) {
    KEVENT event;
    KeInitializeEvent(&event, SynchronizationEvent, TRUE);
    KIRQL old;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    RSL_EXPECT_EQ(testing::poll(&event), STATUS_SUCCESS);
    RSL_EXPECT_EQ(testing::poll(&event), STATUS_TIMEOUT);
    KeLowerIrql(old);
}

RSL_TEST(KeWait, WaitsForThreads) {
    std::atomic<bool> ran = false;
    auto body = [&] { ran = true; };
    TestThread thread(body);
    RSL_EXPECT_EQ(testing::wait_for(thread.nt(), in_ms(10'000)), STATUS_SUCCESS);
    RSL_EXPECT(ran.load());
}

RSL_TEST(KeDelay, NeverWakesEarly) {
    for (int i = 0; i < 20; ++i) {
        const ULONGLONG begin = KeQueryInterruptTime();
        LARGE_INTEGER interval = TestThread::relative_us(300);
        RSL_EXPECT_EQ(KeDelayExecutionThread(KernelMode, FALSE, &interval), STATUS_SUCCESS);
        RSL_EXPECT(KeQueryInterruptTime() - begin >= 3000);
    }
}

RSL_TEST(KeAlert, EndsAnAlertableWait) {
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    NTSTATUS status = STATUS_SUCCESS;
    auto body = [&] {
        LARGE_INTEGER timeout = in_ms(10'000);
        status = KeWaitForSingleObject(&event, Executive, KernelMode, TRUE, &timeout);
    };
    TestThread waiter(body);
    waiter.await_waiting();
    RSL_EXPECT(!KeAlertThread(waiter.nt(), KernelMode));
    waiter.join();
    RSL_EXPECT_EQ(status, STATUS_ALERTED);
}

RSL_TEST(KeAlert, LeavesOtherWaitsAloneAndIsKept) {
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    NTSTATUS first = STATUS_UNSUCCESSFUL, second = STATUS_UNSUCCESSFUL;
    auto body = [&] {
        first = testing::wait_for(&event, in_ms(10'000));
        LARGE_INTEGER timeout = in_ms(10'000);
        second = KeDelayExecutionThread(KernelMode, TRUE, &timeout);
    };
    TestThread waiter(body);
    waiter.await_waiting();
    KeAlertThread(waiter.nt(), KernelMode);
    RSL_EXPECT(KeAlertThread(waiter.nt(), KernelMode));
    KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
    waiter.join();
    RSL_EXPECT_EQ(first, STATUS_SUCCESS);
    RSL_EXPECT_EQ(second, STATUS_ALERTED);
}

RSL_TEST(KeAlert, IsTestedAndCleared) {
    KeAlertThread(KeGetCurrentThread(), KernelMode);
    RSL_EXPECT(KeTestAlertThread(KernelMode));
    RSL_EXPECT(!KeTestAlertThread(KernelMode));
    KeAlertThread(KeGetCurrentThread(), KernelMode);
    RSL_EXPECT_EQ(ZwTestAlert(), STATUS_ALERTED);
    RSL_EXPECT_EQ(ZwTestAlert(), STATUS_SUCCESS);
}

RSL_TEST(NtDelay, LetsTimePass) {
    LARGE_INTEGER interval = TestThread::relative_us(500);
    const ULONGLONG begin = KeQueryInterruptTime();
    RSL_EXPECT_EQ(ZwDelayExecution(FALSE, &interval), STATUS_SUCCESS);
    RSL_EXPECT(KeQueryInterruptTime() - begin >= 5000);
    const NTSTATUS yielded = ZwYieldExecution();
    RSL_EXPECT(yielded == STATUS_SUCCESS || yielded == STATUS_NO_YIELD_PERFORMED);
}

}  // namespace
}  // namespace rsl

// SPDX-License-Identifier: GPL-2.0-only
// Events, semaphores, mutexes: the documented states and results.
#include "kernel/ke/exports/test_thread.hpp"
#include "kernel/rtl/exception.hpp"

namespace rsl {
namespace {

using testing::at_once;
using testing::in_ms;
using testing::poll;
using testing::TestThread;
using testing::wait_for;

RSL_TEST(KeEvent, NotificationEventStaysSignalled) {
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    RSL_EXPECT_EQ(poll(&event), STATUS_TIMEOUT);
    RSL_EXPECT_EQ(KeSetEvent(&event, IO_NO_INCREMENT, FALSE), 0);
    RSL_EXPECT(KeSetEvent(&event, IO_NO_INCREMENT, FALSE) != 0);
    RSL_EXPECT_EQ(poll(&event), STATUS_SUCCESS);
    RSL_EXPECT_EQ(poll(&event), STATUS_SUCCESS);
    RSL_EXPECT(KeReadStateEvent(&event) != 0);
    RSL_EXPECT(KeResetEvent(&event) != 0);
    RSL_EXPECT_EQ(KeResetEvent(&event), 0);
    KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
    KeClearEvent(&event);
    RSL_EXPECT_EQ(KeReadStateEvent(&event), 0);
}

RSL_TEST(KeEvent, SynchronizationEventLetsOneWaiterThrough) {
    KEVENT event;
    KeInitializeEvent(&event, SynchronizationEvent, TRUE);
    RSL_EXPECT_EQ(poll(&event), STATUS_SUCCESS);
    RSL_EXPECT_EQ(poll(&event), STATUS_TIMEOUT);
    std::atomic<int> woken = 0;
    auto body = [&] {
        wait_for(&event, in_ms(10'000));
        woken.fetch_add(1);
    };
    TestThread first(body), second(body);
    first.await_waiting();
    second.await_waiting();
    KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
    testing::sleep_until([&] { return woken.load() != 0; });
    RSL_EXPECT_EQ(woken.load(), 1);
    RSL_EXPECT_EQ(KeReadStateEvent(&event), 0);
    KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
    first.join();
    second.join();
    RSL_EXPECT_EQ(woken.load(), 2);
}

RSL_TEST(KeEvent, NotificationEventWakesAllWaiters) {
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    std::atomic<int> woken = 0;
    auto body = [&] {
        if (wait_for(&event, in_ms(10'000)) == STATUS_SUCCESS) woken.fetch_add(1);
    };
    TestThread first(body), second(body), third(body);
    first.await_waiting();
    second.await_waiting();
    third.await_waiting();
    KeSetEvent(&event, EVENT_INCREMENT, FALSE);
    first.join();
    second.join();
    third.join();
    RSL_EXPECT_EQ(woken.load(), 3);
}

RSL_TEST(KeEvent, PulseWakesWaitersAndLeavesItReset) {
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    auto body = [&] { status = wait_for(&event, in_ms(10'000)); };
    TestThread waiter(body);
    waiter.await_waiting();
    RSL_EXPECT_EQ(KePulseEvent(&event, IO_NO_INCREMENT, FALSE), 0);
    waiter.join();
    RSL_EXPECT_EQ(status, STATUS_SUCCESS);
    RSL_EXPECT_EQ(KeReadStateEvent(&event), 0);
}

RSL_TEST(KeEvent, SignalAndWaitRaisesUntilTheWait) {
    KEVENT go, done;
    KeInitializeEvent(&go, SynchronizationEvent, FALSE);
    KeInitializeEvent(&done, SynchronizationEvent, FALSE);
    auto body = [&] {
        wait_for(&go, in_ms(10'000));
        KeSetEvent(&done, IO_NO_INCREMENT, FALSE);
    };
    TestThread peer(body);
    KeSetEvent(&go, IO_NO_INCREMENT, TRUE);
    RSL_EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    RSL_EXPECT_EQ(wait_for(&done, in_ms(10'000)), STATUS_SUCCESS);
    RSL_EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

RSL_TEST(KeSemaphore, CountsUpToItsLimit) {
    KSEMAPHORE semaphore;
    KeInitializeSemaphore(&semaphore, 1, 3);
    RSL_EXPECT_EQ(poll(&semaphore), STATUS_SUCCESS);
    RSL_EXPECT_EQ(poll(&semaphore), STATUS_TIMEOUT);
    RSL_EXPECT_EQ(KeReleaseSemaphore(&semaphore, SEMAPHORE_INCREMENT, 3, FALSE), 0);
    RSL_EXPECT_EQ(KeReadStateSemaphore(&semaphore), 3);
    const auto raised = rtl::guarded([&] { KeReleaseSemaphore(&semaphore, SEMAPHORE_INCREMENT, 1, FALSE); });
    RSL_EXPECT_EQ(raised.status().nt(), STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    RSL_EXPECT_EQ(KeReadStateSemaphore(&semaphore), 3);
    for (int i = 0; i < 3; ++i) RSL_EXPECT_EQ(poll(&semaphore), STATUS_SUCCESS);
    RSL_EXPECT_EQ(poll(&semaphore), STATUS_TIMEOUT);
}

RSL_TEST(KeSemaphore, ReleaseWakesAsManyAsItAdds) {
    KSEMAPHORE semaphore;
    KeInitializeSemaphore(&semaphore, 0, 10);
    std::atomic<int> woken = 0;
    auto body = [&] {
        if (wait_for(&semaphore, in_ms(10'000)) == STATUS_SUCCESS) woken.fetch_add(1);
    };
    TestThread first(body), second(body);
    first.await_waiting();
    second.await_waiting();
    KeReleaseSemaphore(&semaphore, SEMAPHORE_INCREMENT, 2, FALSE);
    first.join();
    second.join();
    RSL_EXPECT_EQ(woken.load(), 2);
    RSL_EXPECT_EQ(KeReadStateSemaphore(&semaphore), 0);
}

RSL_TEST(KeMutex, NestsAndHoldsOffNormalApcs) {
    KMUTEX mutex;
    KeInitializeMutex(&mutex, 0);
    RSL_EXPECT_EQ(KeReadStateMutex(&mutex), 1);
    RSL_EXPECT_EQ(wait_for(&mutex, in_ms(1000)), STATUS_SUCCESS);
    RSL_EXPECT(KeAreApcsDisabled());
    RSL_EXPECT_EQ(KeWaitForMutexObject(&mutex, Executive, KernelMode, FALSE, nullptr), STATUS_SUCCESS);
    RSL_EXPECT_EQ(KeReadStateMutex(&mutex), -1);
    RSL_EXPECT_EQ(KeReleaseMutex(&mutex, FALSE), -1);
    RSL_EXPECT_EQ(KeReleaseMutex(&mutex, FALSE), 0);
    RSL_EXPECT_EQ(KeReadStateMutex(&mutex), 1);
    RSL_EXPECT(!KeAreApcsDisabled());
}

RSL_TEST(KeMutex, OnlyItsOwnerReleasesIt) {
    KMUTEX mutex;
    KeInitializeMutex(&mutex, 0);
    const auto free = rtl::guarded([&] { KeReleaseMutex(&mutex, FALSE); });
    RSL_EXPECT_EQ(free.status().nt(), STATUS_MUTANT_NOT_OWNED);
    wait_for(&mutex, at_once());
    NTSTATUS other = STATUS_SUCCESS, other_wait = STATUS_SUCCESS;
    auto body = [&] {
        other = rtl::guarded([&] { KeReleaseMutex(&mutex, FALSE); }).status().nt();
        other_wait = poll(&mutex);
    };
    {
        TestThread stranger(body);
    }
    RSL_EXPECT_EQ(other, STATUS_MUTANT_NOT_OWNED);
    RSL_EXPECT_EQ(other_wait, STATUS_TIMEOUT);
    KeReleaseMutex(&mutex, FALSE);
}

RSL_TEST(KeMutex, PassesToTheWaiterOnRelease) {
    KMUTEX mutex;
    KeInitializeMutex(&mutex, 0);
    wait_for(&mutex, at_once());
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    auto body = [&] {
        status = wait_for(&mutex, in_ms(10'000));
        KeReleaseMutex(&mutex, FALSE);
    };
    TestThread waiter(body);
    waiter.await_waiting();
    RSL_EXPECT_EQ(KeReleaseMutex(&mutex, FALSE), 0);
    waiter.join();
    RSL_EXPECT_EQ(status, STATUS_SUCCESS);
    RSL_EXPECT_EQ(KeReadStateMutex(&mutex), 1);
}

RSL_TEST(KeMutant, IsAbandonedByAThreadThatEnds) {
    KMUTANT mutant;
    KeInitializeMutant(&mutant, FALSE);
    auto body = [&] { poll(&mutant); };
    {
        TestThread owner(body);
    }
    RSL_EXPECT_EQ(KeReadStateMutant(&mutant), 1);
    RSL_EXPECT_EQ(poll(&mutant), STATUS_ABANDONED_WAIT_0);
    RSL_EXPECT_EQ(KeReleaseMutant(&mutant, MUTANT_INCREMENT, FALSE, FALSE), 0);
    RSL_EXPECT_EQ(poll(&mutant), STATUS_SUCCESS);
    KeReleaseMutant(&mutant, MUTANT_INCREMENT, FALSE, FALSE);
}

RSL_TEST(KeMutant, RefusesMoreThanItsLimit) {
    KMUTANT mutant;
    KeInitializeMutant(&mutant, TRUE);
    mutant.Header.SignalState = static_cast<LONG>(0x80000000u);  // as if taken 2^31 times
    const auto raised = rtl::guarded([&] { KeWaitForSingleObject(&mutant, Executive, KernelMode, FALSE, nullptr); });
    RSL_EXPECT_EQ(raised.status().nt(), STATUS_MUTANT_LIMIT_EXCEEDED);
    mutant.Header.SignalState = 0;
    RSL_EXPECT_EQ(KeReleaseMutant(&mutant, MUTANT_INCREMENT, FALSE, FALSE), 0);
}

}  // namespace
}  // namespace rsl

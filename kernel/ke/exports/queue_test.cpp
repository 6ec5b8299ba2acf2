// SPDX-License-Identifier: GPL-2.0-only
// Kernel queues: order, limit of concurrency, rundown; device queues.
#include "kernel/ke/exports/test_thread.hpp"

namespace rsl {
namespace {

using testing::at_once;
using testing::in_ms;
using testing::TestThread;

PLIST_ENTRY status_pointer(NTSTATUS status) { return reinterpret_cast<PLIST_ENTRY>(static_cast<LONG_PTR>(status)); }

RSL_TEST(KeQueue, GivesPacketsInOrder) {
    KQUEUE queue;
    KeInitializeQueue(&queue, 1);
    LIST_ENTRY packets[3];
    RSL_EXPECT_EQ(KeInsertQueue(&queue, &packets[0]), 0);
    RSL_EXPECT_EQ(KeInsertQueue(&queue, &packets[1]), 1);
    RSL_EXPECT_EQ(KeInsertHeadQueue(&queue, &packets[2]), 2);
    RSL_EXPECT_EQ(KeReadStateQueue(&queue), 3);
    PLIST_ENTRY taken[3] = {};
    PLIST_ENTRY timed_out = nullptr;
    auto body = [&] {
        LARGE_INTEGER poll = at_once();
        for (PLIST_ENTRY& entry : taken) entry = KeRemoveQueue(&queue, KernelMode, &poll);
        timed_out = KeRemoveQueue(&queue, KernelMode, &poll);
    };
    {
        TestThread worker(body);
    }
    RSL_EXPECT_EQ(taken[0], &packets[2]);
    RSL_EXPECT_EQ(taken[1], &packets[0]);
    RSL_EXPECT_EQ(taken[2], &packets[1]);
    RSL_EXPECT_EQ(timed_out, status_pointer(STATUS_TIMEOUT));
    RSL_EXPECT_EQ(queue.CurrentCount, 0u);  // the worker has ended
}

RSL_TEST(KeQueue, TakesManyAtOnce) {
    KQUEUE queue;
    KeInitializeQueue(&queue, 1);
    LIST_ENTRY packets[3];
    for (LIST_ENTRY& packet : packets) KeInsertQueue(&queue, &packet);
    PLIST_ENTRY taken[4] = {};
    ULONG first = 0, second = 0;
    NTSTATUS status = 0;
    auto body = [&] {
        LARGE_INTEGER poll = at_once();
        first = KeRemoveQueueEx(&queue, KernelMode, FALSE, &poll, taken, 4);
        PLIST_ENTRY none[1];
        second = KeRemoveQueueEx(&queue, KernelMode, FALSE, &poll, none, 1);
        status = static_cast<NTSTATUS>(reinterpret_cast<LONG_PTR>(none[0]));
    };
    {
        TestThread worker(body);
    }
    RSL_EXPECT_EQ(first, 3u);
    RSL_EXPECT_EQ(taken[2], &packets[2]);
    RSL_EXPECT_EQ(second, 1u);
    RSL_EXPECT_EQ(status, STATUS_TIMEOUT);
}

/// Workers that take a packet, report, and block until told.
struct Team {
    KQUEUE queue;
    KEVENT go_on, block;
    std::atomic<int> took = 0, done = 0;
    std::atomic<bool> busy_wait = true;
    Team() {
        KeInitializeQueue(&queue, 1);
        KeInitializeEvent(&go_on, NotificationEvent, FALSE);
        KeInitializeEvent(&block, NotificationEvent, FALSE);
    }
    void work() {
        LARGE_INTEGER limit = in_ms(10'000);
        if (KeRemoveQueue(&queue, KernelMode, &limit) == status_pointer(STATUS_TIMEOUT)) return;
        took.fetch_add(1);
        testing::wait_for(&block, in_ms(10'000));
        done.fetch_add(1);
    }
};

RSL_TEST(KeQueue, LetsTheNextWaiterInWhenOneBlocks) {
    Team team;
    auto body = [&] { team.work(); };
    TestThread first(body), second(body);
    first.await_waiting();
    second.await_waiting();
    LIST_ENTRY packets[2];
    // One packet wakes one worker; it blocks on `block`, and so the second packet finds room.
    KeInsertQueue(&team.queue, &packets[0]);
    KeInsertQueue(&team.queue, &packets[1]);
    testing::sleep_until([&] { return team.took.load() == 2; });
    RSL_EXPECT_EQ(team.queue.CurrentCount, 0u);  // both are blocked
    KeSetEvent(&team.block, IO_NO_INCREMENT, FALSE);
    first.join();
    second.join();
    RSL_EXPECT_EQ(team.done.load(), 2);
    RSL_EXPECT_EQ(KeReadStateQueue(&team.queue), 0);
}

RSL_TEST(KeQueue, HoldsPacketsBackWhileTheLimitRuns) {
    KQUEUE queue;
    KeInitializeQueue(&queue, 1);
    std::atomic<int> took = 0;
    std::atomic<bool> stop = false;
    auto spinner = [&] {  // takes one packet and then runs without ever blocking
        LARGE_INTEGER limit = in_ms(10'000);
        KeRemoveQueue(&queue, KernelMode, &limit);
        took.fetch_add(1);
        KeSetPriorityThread(KeGetCurrentThread(), 1);
        while (!stop.load()) arch::pause();
        KeRemoveQueue(&queue, KernelMode, &limit);
        took.fetch_add(1);
    };
    auto waiter = [&] {
        LARGE_INTEGER limit = in_ms(10'000);
        if (KeRemoveQueue(&queue, KernelMode, &limit) != status_pointer(STATUS_TIMEOUT)) took.fetch_add(1);
    };
    LIST_ENTRY packets[3];
    {
        TestThread runs(spinner);
        runs.await_waiting();
        KeInsertQueue(&queue, &packets[0]);
        testing::sleep_until([&] { return took.load() == 1; });
        TestThread waits(waiter);
        testing::sleep_until([&] { return queue.Header.WaitListHead.Flink != &queue.Header.WaitListHead; });
        // One runs and the limit is one: the packet stays although somebody waits.
        RSL_EXPECT_EQ(KeInsertQueue(&queue, &packets[1]), 0);
        RSL_EXPECT_EQ(KeReadStateQueue(&queue), 1);
        RSL_EXPECT_EQ(queue.CurrentCount, 1u);
        stop = true;  // the spinner comes back and takes it itself
        testing::sleep_until([&] { return took.load() == 2; });
        KeInsertQueue(&queue, &packets[2]);
    }
    RSL_EXPECT_EQ(took.load(), 3);
    RSL_EXPECT_EQ(queue.CurrentCount, 0u);
}

RSL_TEST(KeQueue, RundownEndsWaitsAndGivesPacketsBack) {
    KQUEUE queue;
    KeInitializeQueue(&queue, 1);
    PLIST_ENTRY result = nullptr;
    auto body = [&] {
        LARGE_INTEGER limit = in_ms(10'000);
        result = KeRemoveQueue(&queue, KernelMode, &limit);
    };
    {
        TestThread waiter(body);
        waiter.await_waiting();
        RSL_EXPECT(KeRundownQueue(&queue) == nullptr);
    }
    RSL_EXPECT_EQ(result, status_pointer(STATUS_ABANDONED));
    LIST_ENTRY packets[2];
    KeInsertQueue(&queue, &packets[0]);
    KeInsertQueue(&queue, &packets[1]);
    const PLIST_ENTRY left = KeRundownQueue(&queue);
    RSL_EXPECT_EQ(left, &packets[0]);
    RSL_EXPECT_EQ(left->Flink, &packets[1]);
    RSL_EXPECT_EQ(packets[1].Flink, &packets[0]);
}

RSL_TEST(KeDeviceQueue, QueuesOnlyWhileBusy) {
    KDEVICE_QUEUE queue;
    KDEVICE_QUEUE_ENTRY entries[4];
    KIRQL old;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeInitializeDeviceQueue(&queue);
    RSL_EXPECT(!KeInsertDeviceQueue(&queue, &entries[0]));
    RSL_EXPECT(KeInsertByKeyDeviceQueue(&queue, &entries[1], 20));
    RSL_EXPECT(KeInsertByKeyDeviceQueue(&queue, &entries[2], 10));
    RSL_EXPECT(KeInsertByKeyDeviceQueue(&queue, &entries[3], 30));
    RSL_EXPECT(KeRemoveEntryDeviceQueue(&queue, &entries[3]));
    RSL_EXPECT(!KeRemoveEntryDeviceQueue(&queue, &entries[3]));
    RSL_EXPECT_EQ(KeRemoveByKeyDeviceQueue(&queue, 15), &entries[1]);
    RSL_EXPECT_EQ(KeRemoveDeviceQueue(&queue), &entries[2]);
    RSL_EXPECT(KeRemoveByKeyDeviceQueueIfBusy(&queue, 0) == nullptr);
    RSL_EXPECT(!KeInsertDeviceQueue(&queue, &entries[0]));  // not busy again
    KeLowerIrql(old);
}

}  // namespace
}  // namespace rsl

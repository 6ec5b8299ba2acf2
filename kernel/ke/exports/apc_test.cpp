// SPDX-License-Identifier: GPL-2.0-only
// APCs: which regions and levels hold off which kind.
#include "kernel/ke/exports/test_thread.hpp"

namespace rsl {
namespace {

using testing::in_ms;
using testing::TestThread;

/// An APC that counts what ran of it.
struct CountingApc {
    KAPC apc;
    std::atomic<int> kernel_ran = 0, normal_ran = 0, rundown_ran = 0;
    std::atomic<uint32_t> kernel_irql = 99, normal_irql = 99;
    std::atomic<PKTHREAD> ran_in = nullptr;

    void prepare(PKTHREAD thread, bool special, KPROCESSOR_MODE mode = KernelMode) {
        KeInitializeApc(&apc, thread, OriginalApcEnvironment, kernel, rundown, special ? nullptr : normal, mode,
                        this);
    }
    static CountingApc& of(PKAPC apc) { return *CONTAINING_RECORD(apc, CountingApc, apc); }
    static void NTAPI kernel(PKAPC apc, PKNORMAL_ROUTINE*, PVOID*, PVOID*, PVOID*) {
        of(apc).kernel_irql = KeGetCurrentIrql();
        of(apc).ran_in = KeGetCurrentThread();
        of(apc).kernel_ran.fetch_add(1);
    }
    static void NTAPI normal(PVOID context, PVOID, PVOID) {
        auto& self = *static_cast<CountingApc*>(context);
        self.normal_irql = KeGetCurrentIrql();
        self.normal_ran.fetch_add(1);
    }
    static void NTAPI rundown(PKAPC apc) { of(apc).rundown_ran.fetch_add(1); }
};

RSL_TEST(KeApc, SpecialOneRunsAtOnceAtApcLevel) {
    CountingApc apc;
    apc.prepare(KeGetCurrentThread(), true);
    RSL_EXPECT(KeInsertQueueApc(&apc.apc, nullptr, nullptr, 0));
    RSL_EXPECT_EQ(apc.kernel_ran.load(), 1);
    RSL_EXPECT_EQ(apc.kernel_irql.load(), uint32_t{APC_LEVEL});
    RSL_EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

RSL_TEST(KeApc, NormalOneRunsItsRoutineAtPassiveLevel) {
    CountingApc apc;
    apc.prepare(KeGetCurrentThread(), false);
    KeInsertQueueApc(&apc.apc, nullptr, nullptr, 0);
    RSL_EXPECT_EQ(apc.kernel_ran.load(), 1);
    RSL_EXPECT_EQ(apc.normal_ran.load(), 1);
    RSL_EXPECT_EQ(apc.normal_irql.load(), uint32_t{PASSIVE_LEVEL});
}

RSL_TEST(KeApc, CriticalRegionHoldsOffNormalOnesOnly) {
    CountingApc normal, special;
    normal.prepare(KeGetCurrentThread(), false);
    special.prepare(KeGetCurrentThread(), true);
    KeEnterCriticalRegion();
    KeEnterCriticalRegion();
    RSL_EXPECT(KeAreApcsDisabled());
    RSL_EXPECT(!KeAreAllApcsDisabled());
    KeInsertQueueApc(&normal.apc, nullptr, nullptr, 0);
    RSL_EXPECT(!KeInsertQueueApc(&normal.apc, nullptr, nullptr, 0));  // queued already
    KeInsertQueueApc(&special.apc, nullptr, nullptr, 0);
    RSL_EXPECT_EQ(special.kernel_ran.load(), 1);
    KeLeaveCriticalRegion();
    RSL_EXPECT_EQ(normal.kernel_ran.load(), 0);
    KeLeaveCriticalRegion();
    RSL_EXPECT_EQ(normal.normal_ran.load(), 1);
    RSL_EXPECT(!KeAreApcsDisabled());
}

RSL_TEST(KeApc, GuardedRegionAndApcLevelHoldOffAll) {
    CountingApc special;
    special.prepare(KeGetCurrentThread(), true);
    KeEnterGuardedRegion();
    RSL_EXPECT(KeAreAllApcsDisabled());
    KeInsertQueueApc(&special.apc, nullptr, nullptr, 0);
    RSL_EXPECT_EQ(special.kernel_ran.load(), 0);
    KeLeaveGuardedRegion();
    RSL_EXPECT_EQ(special.kernel_ran.load(), 1);
    KIRQL old;
    KeRaiseIrql(APC_LEVEL, &old);
    RSL_EXPECT(KeAreAllApcsDisabled());
    KeInsertQueueApc(&special.apc, nullptr, nullptr, 0);
    RSL_EXPECT_EQ(special.kernel_ran.load(), 1);
    KeLowerIrql(old);
    RSL_EXPECT_EQ(special.kernel_ran.load(), 2);
}

RSL_TEST(KeApc, IsRemovedBeforeItRuns) {
    CountingApc apc;
    apc.prepare(KeGetCurrentThread(), false);
    KeEnterCriticalRegion();
    KeInsertQueueApc(&apc.apc, nullptr, nullptr, 0);
    RSL_EXPECT(KeRemoveQueueApc(&apc.apc));
    RSL_EXPECT(!KeRemoveQueueApc(&apc.apc));
    KeLeaveCriticalRegion();
    RSL_EXPECT_EQ(apc.kernel_ran.load(), 0);
}

RSL_TEST(KeApc, InterruptsAWaitThatThenGoesOn) {
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    auto body = [&] { status = testing::wait_for(&event, in_ms(20'000)); };
    TestThread waiter(body);
    waiter.await_waiting();
    CountingApc apc;
    apc.prepare(waiter.nt(), false);
    KeInsertQueueApc(&apc.apc, nullptr, nullptr, 0);
    testing::sleep_until([&] { return apc.normal_ran.load() == 1; });
    RSL_EXPECT_EQ(apc.ran_in.load(), waiter.nt());
    RSL_EXPECT(!waiter.has_ended());
    KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
    waiter.join();
    RSL_EXPECT_EQ(status, STATUS_SUCCESS);
}

RSL_TEST(KeApc, ReachesAThreadThatRunsWithoutWaiting) {
    std::atomic<bool> stop = false;
    auto body = [&] {
        KeSetPriorityThread(KeGetCurrentThread(), 4);
        while (!stop.load()) arch::pause();
    };
    TestThread spinner(body);
    CountingApc apc;
    apc.prepare(spinner.nt(), true);
    KeInsertQueueApc(&apc.apc, nullptr, nullptr, 0);
    testing::sleep_until([&] { return apc.kernel_ran.load() == 1; });
    RSL_EXPECT_EQ(apc.ran_in.load(), spinner.nt());
    stop = true;
}

RSL_TEST(KeApc, UserOneEndsAnAlertableUserModeWait) {
    NTSTATUS status = STATUS_SUCCESS, quiet = STATUS_UNSUCCESSFUL;
    auto body = [&] {
        LARGE_INTEGER timeout = in_ms(20'000);
        status = KeDelayExecutionThread(UserMode, TRUE, &timeout);
        LARGE_INTEGER soon = TestThread::relative_us(100);
        quiet = KeDelayExecutionThread(UserMode, TRUE, &soon);
    };
    TestThread waiter(body);
    waiter.await_waiting();
    CountingApc apc;
    apc.prepare(waiter.nt(), false, UserMode);
    KeInsertQueueApc(&apc.apc, nullptr, nullptr, 0);
    waiter.join();
    RSL_EXPECT_EQ(status, STATUS_USER_APC);
    RSL_EXPECT_EQ(apc.kernel_ran.load(), 1);  // consumed
    RSL_EXPECT_EQ(apc.normal_ran.load(), 0);  // no user code is here
    RSL_EXPECT_EQ(quiet, STATUS_SUCCESS);
}

RSL_TEST(KeApc, UserOneOfAnEndingThreadIsRunDown) {
    CountingApc apc;
    auto body = [&] {
        apc.prepare(KeGetCurrentThread(), false, UserMode);
        KeInsertQueueApc(&apc.apc, nullptr, nullptr, 0);
    };
    {
        TestThread thread(body);
    }
    RSL_EXPECT_EQ(apc.kernel_ran.load(), 0);
    RSL_EXPECT_EQ(apc.rundown_ran.load(), 1);
}

RSL_TEST(KeAttach, GoesToAnotherProcessAndBack) {
    auto process = ps::create_process(u"attach.exe", 1);
    RSL_REQUIRE(process.ok());
    auto* const home = &ps::current_process();
    auto* const nt = reinterpret_cast<PRKPROCESS>(process->get());
    KAPC_STATE outer, inner;
    RSL_EXPECT(!KeIsAttachedProcess());
    KeStackAttachProcess(nt, &outer);
    RSL_EXPECT(KeIsAttachedProcess());
    RSL_EXPECT_EQ(&ps::current_process(), process->get());
    KeStackAttachProcess(reinterpret_cast<PRKPROCESS>(home), &inner);
    RSL_EXPECT_EQ(&ps::current_process(), home);
    KeUnstackDetachProcess(&inner);
    RSL_EXPECT_EQ(&ps::current_process(), process->get());
    KeUnstackDetachProcess(&outer);
    RSL_EXPECT_EQ(&ps::current_process(), home);
    KeAttachProcess(nt);
    RSL_EXPECT_EQ(&ps::current_process(), process->get());
    KeDetachProcess();
    RSL_EXPECT_EQ(&ps::current_process(), home);
    ps::terminate_process(**process, STATUS_SUCCESS);
}

}  // namespace
}  // namespace rsl

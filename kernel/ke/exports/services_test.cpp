// SPDX-License-Identifier: GPL-2.0-only
// Small services: what the machine is, saved processor state, conversions, what no debugger answers.
#include "abi/functions/ex.h"
#include "abi/types/exception.h"
#include "kernel/ke/exports/test_thread.hpp"
#include "kernel/rtl/exception.hpp"

namespace rsl {
namespace {

RSL_TEST(KeProcessors, AreInOneGroupOnOneNode) {
    const ULONG count = KeQueryActiveProcessorCount(nullptr);
    RSL_EXPECT(KeQueryMaximumProcessorCount() >= count);
    RSL_EXPECT_EQ(KeQueryMaximumGroupCount(), 1);
    RSL_EXPECT_EQ(KeQueryGroupAffinity(0), KeQueryActiveProcessors());
    RSL_EXPECT_EQ(KeQueryGroupAffinity(1), KAFFINITY{0});
    RSL_EXPECT(KeGetCurrentProcessorNumber() < count);
    RSL_EXPECT_EQ(KeQueryHighestNodeNumber(), 0);
    RSL_EXPECT_EQ(KeGetCurrentNodeNumber(), 0);
    GROUP_AFFINITY affinity;
    USHORT node_count;
    KeQueryNodeActiveAffinity(0, &affinity, &node_count);
    RSL_EXPECT_EQ(affinity.Mask, KeQueryActiveProcessors());
    RSL_EXPECT_EQ(node_count, count);
    RSL_EXPECT(KeQueryNodeMaximumProcessorCount(0) >= count);
    RSL_EXPECT_EQ(KeQueryNodeMaximumProcessorCount(1), 0);
}

struct Changes {
    ULONG starts = 0, completions = 0;
    static void NTAPI hear(PVOID context, PKE_PROCESSOR_CHANGE_NOTIFY_CONTEXT change, PNTSTATUS) {
        auto& self = *static_cast<Changes*>(context);
        ++(change->State == KeProcessorAddStartNotify ? self.starts : self.completions);
    }
};

RSL_TEST(KeProcessors, AreReportedToWhoAsksForTheExistingOnes) {
    Changes changes;
    PVOID handle = KeRegisterProcessorChangeCallback(Changes::hear, &changes, 1);
    RSL_REQUIRE(handle != nullptr);
    RSL_EXPECT_EQ(changes.starts, KeQueryActiveProcessorCount(nullptr));
    RSL_EXPECT_EQ(changes.completions, changes.starts);
    KeDeregisterProcessorChangeCallback(handle);
    Changes none;
    handle = KeRegisterProcessorChangeCallback(Changes::hear, &none, 0);
    RSL_EXPECT_EQ(none.starts, 0u);
    KeDeregisterProcessorChangeCallback(handle);
}

RSL_TEST(KeState, SavesWhatIsEnabled) {
    KFLOATING_SAVE floating;
    RSL_EXPECT_EQ(KeSaveFloatingPointState(&floating), STATUS_SUCCESS);
    RSL_EXPECT_EQ(KeRestoreFloatingPointState(&floating), STATUS_SUCCESS);
    XSTATE_SAVE state;
    RSL_EXPECT_EQ(KeSaveExtendedProcessorState(XSTATE_MASK_LEGACY, &state), STATUS_SUCCESS);
    KeRestoreExtendedProcessorState(&state);
    RSL_EXPECT_EQ(KeSaveExtendedProcessorState(XSTATE_MASK_AVX, &state), STATUS_NOT_SUPPORTED);
}

RSL_TEST(KeThreadHints, AreKept) {
    ULONG user_time = 1;
    LARGE_INTEGER pause = testing::in_ms(1);
    KeDelayExecutionThread(KernelMode, FALSE, &pause);
    const ULONG ticks = KeQueryRuntimeThread(KeGetCurrentThread(), &user_time);
    RSL_EXPECT_EQ(user_time, 0u);
    RSL_EXPECT(ticks < 1'000'000);
    const BOOLEAN before = KeSetKernelStackSwapEnable(FALSE);
    RSL_EXPECT(!KeSetKernelStackSwapEnable(before));
    RSL_EXPECT(KeSetIdealProcessorThread(KeGetCurrentThread(), 0) < KeQueryActiveProcessorCount(nullptr));
}

RSL_TEST(KeSynchLevel, LocksAboveDevices) {
    KSPIN_LOCK lock = 0;
    const KIRQL old = KeAcquireSpinLockRaiseToSynch(&lock);
    RSL_EXPECT(KeGetCurrentIrql() > DISPATCH_LEVEL);
    KeReleaseSpinLock(&lock, old);
    KLOCK_QUEUE_HANDLE handle;
    KeAcquireInStackQueuedSpinLockRaiseToSynch(&lock, &handle);
    KeReleaseInStackQueuedSpinLock(&handle);
    KeLowerIrql(KeRaiseIrqlToSynchLevel());
    RSL_EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

RSL_TEST(ExTime, ConvertsAndTellsResolution) {
    LARGE_INTEGER now, local, back;
    RSL_EXPECT_EQ(ZwQuerySystemTime(&now), STATUS_SUCCESS);
    ExSystemTimeToLocalTime(&now, &local);
    ExLocalTimeToSystemTime(&local, &back);
    RSL_EXPECT_EQ(back.QuadPart, now.QuadPart);
    RSL_EXPECT_EQ(NtQuerySystemTime(&back), STATUS_SUCCESS);
    RSL_EXPECT(back.QuadPart >= now.QuadPart);
    ULONG most, least, current;
    ExQueryTimerResolution(&most, &least, &current);
    RSL_EXPECT(least <= current && current <= most);
    RSL_EXPECT_EQ(most, KeQueryTimeIncrement());
    RSL_EXPECT(ExSetTimerResolution(10'000, TRUE) <= 10'000);
    ExSetTimerResolution(0, FALSE);
    ULONG64 counter;
    RSL_EXPECT(KeQueryUnbiasedInterruptTimePrecise(&counter) != 0);
}

RSL_TEST(KdDebugger, IsNotThere) {
    RSL_EXPECT(KdRefreshDebuggerNotPresent());
    RSL_EXPECT(KdDebuggerNotPresent && !KdDebuggerEnabled);
    RSL_EXPECT_EQ(KdDisableDebugger(), STATUS_DEBUGGER_INACTIVE);
    RSL_EXPECT_EQ(KdEnableDebugger(), STATUS_DEBUGGER_INACTIVE);
    RSL_EXPECT_EQ(KdChangeOption(0, 0, nullptr, 0, nullptr, nullptr), STATUS_DEBUGGER_INACTIVE);
    CHAR answer[4] = "abc";
    RSL_EXPECT_EQ(DbgPrompt("really?", answer, sizeof(answer)), 0u);
    RSL_EXPECT_EQ(answer[0], '\0');
    RSL_EXPECT_EQ(DbgQueryDebugFilterState(77, 3), TRUE);
    RSL_EXPECT_EQ(DbgSetDebugFilterState(77, 3, FALSE), STATUS_SUCCESS);
    RSL_EXPECT_EQ(DbgQueryDebugFilterState(77, 3), FALSE);
    RSL_EXPECT_EQ(DbgSetDebugFilterState(77, 3, TRUE), STATUS_SUCCESS);
}

RSL_TEST(KdDebugger, BreakpointsAreExceptions) {
    RSL_EXPECT_EQ(rtl::seh_invoke([](void*) -> int32_t {
        DbgBreakPoint();
        return 0;
    }, nullptr), static_cast<int32_t>(STATUS_BREAKPOINT));
    RSL_EXPECT_EQ(rtl::seh_invoke([](void*) -> int32_t {
        DbgBreakPointWithStatus(3);
        return 0;
    }, nullptr), static_cast<int32_t>(STATUS_BREAKPOINT));
}

ULONG print_with_list(PCSTR format, ...) {
    __builtin_ms_va_list list;
    __builtin_ms_va_start(list, format);
    ULONG status = vDbgPrintEx(77, 3, format, list);
    __builtin_ms_va_end(list);
    __builtin_ms_va_start(list, format);
    status |= vDbgPrintExWithPrefix("prefix: ", 77, 3, format, list);
    __builtin_ms_va_end(list);
    return status | DbgPrintReturnControlC("%s", "plain");
}

RSL_TEST(DbgPrint, TakesArgumentListsAndPrefixes) {
    RSL_EXPECT_EQ(print_with_list("%u and %ws", 7, u"wide"), static_cast<ULONG>(STATUS_SUCCESS));
}

RSL_TEST(FsRtlRegion, IsACriticalRegion) {
    FsRtlEnterFileSystem();
    RSL_EXPECT(KeAreApcsDisabled());
    FsRtlExitFileSystem();
    RSL_EXPECT(!KeAreApcsDisabled());
}

}  // namespace
}  // namespace rsl

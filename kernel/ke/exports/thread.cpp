// SPDX-License-Identifier: GPL-2.0-only
// The running thread, priorities, affinity, stacks, saved processor state.
#include "abi/functions/export.h"
#include "abi/functions/ke.h"
#include "abi/types/exception.h"
#include "abi/types/status.h"
#include "kernel/ke/callout.hpp"
#include "kernel/ke/dispatcher.hpp"
#include "kernel/ke/processor.hpp"
#include "kernel/ke/threads.hpp"
#include "kernel/ps/process.hpp"

using namespace rsl;

/// KeGetCurrentThread (wdm.h) names the running thread.
///   IRQL     any
///   Returns  the thread, not referenced
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kegetcurrentthread
///   Differs  nothing known
RSL_EXPORT PKTHREAD NTAPI KeGetCurrentThread(VOID) { return ke::nt(ke::current_thread()); }

/// KeSetPriorityThread (wdm.h) sets a thread's priority, 1 to 31.
///   IRQL     PASSIVE_LEVEL
///   Returns  the priority before
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kesetprioritythread
///   Differs  nothing known
RSL_EXPORT KPRIORITY NTAPI KeSetPriorityThread(PKTHREAD Thread, KPRIORITY Priority) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return ke::set_priority(ke::from_nt(Thread), Priority);
}

/// KeSetBasePriorityThread (ntddk.h) sets a thread's base priority relative to its process.
///   IRQL     PASSIVE_LEVEL
///   Returns  the increment before
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-kesetbaseprioritythread
///   Differs  nothing known
RSL_EXPORT LONG NTAPI KeSetBasePriorityThread(PKTHREAD Thread, LONG Increment) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return ke::set_base_priority(ke::from_nt(Thread), Increment);
}

/// KeQueryPriorityThread (wdm.h) reads a thread's priority.
///   IRQL     PASSIVE_LEVEL
///   Returns  the priority
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kequeryprioritythread
///   Differs  nothing known
RSL_EXPORT KPRIORITY NTAPI KeQueryPriorityThread(PKTHREAD Thread) {
    return ke::from_nt(Thread).priority;
}

/// KeQueryRuntimeThread (ntddk.h) reads how long a thread has run, in ticks of
/// KeQueryTimeIncrement.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  kernel time; user time in UserTime
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-kequeryruntimethread
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI KeQueryRuntimeThread(PKTHREAD Thread, PULONG UserTime) {
    *UserTime = 0;
    return static_cast<ULONG>(ke::from_nt(Thread).run_ns / ke::kTickNs);
}

/// KeSetSystemAffinityThread (ntddk.h) says on which processors the running thread may run.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-kesetsystemaffinitythread
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeSetSystemAffinityThread(KAFFINITY Affinity) { ke::set_system_affinity(Affinity); }

/// KeSetSystemAffinityThreadEx (wdm.h) says on which processors the running thread may run.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the system affinity before, 0 if none
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kesetsystemaffinitythreadex
///   Differs  nothing known
RSL_EXPORT KAFFINITY NTAPI KeSetSystemAffinityThreadEx(KAFFINITY Affinity) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return ke::set_system_affinity(Affinity);
}

/// KeRevertToUserAffinityThread (ntddk.h) undoes KeSetSystemAffinityThread.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-kereverttouseraffinitythread
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeRevertToUserAffinityThread(VOID) { ke::revert_affinity(0); }

/// KeRevertToUserAffinityThreadEx (wdm.h) goes back to the affinity that
/// KeSetSystemAffinityThreadEx returned.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kereverttouseraffinitythreadex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeRevertToUserAffinityThreadEx(KAFFINITY Affinity) { ke::revert_affinity(Affinity); }

/// KeSetSystemGroupAffinityThread (wdm.h) says on which processors the running thread may run.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing; what it was in PreviousAffinity
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kesetsystemgroupaffinitythread
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeSetSystemGroupAffinityThread(PGROUP_AFFINITY Affinity,
                                                     PGROUP_AFFINITY PreviousAffinity) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    // The previous mask is told of a change only.
    GROUP_AFFINITY before{};
    if (Affinity->Group == 0 && ke::is_affinity(Affinity->Mask)) {
        before.Mask = ke::set_system_affinity(Affinity->Mask);
    }
    if (PreviousAffinity != nullptr) *PreviousAffinity = before;
}

/// KeRevertToUserGroupAffinityThread (wdm.h) undoes KeSetSystemGroupAffinityThread.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kereverttousergroupaffinitythread
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeRevertToUserGroupAffinityThread(PGROUP_AFFINITY PreviousAffinity) {
    if (PreviousAffinity->Group == 0 || PreviousAffinity->Mask == 0) ke::revert_affinity(PreviousAffinity->Mask);
}

/// KeSetIdealProcessorThread (ntos.h) says where a thread runs best.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the ideal processor before; a number that is not there changes nothing
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT UCHAR NTAPI KeSetIdealProcessorThread(PKTHREAD Thread, UCHAR Processor) {
    return static_cast<UCHAR>(ke::set_ideal_processor(ke::from_nt(Thread), Processor));
}

/// KeSetKernelStackSwapEnable (ntos.h) says whether the thread's stack may be paged out.
///   IRQL     PASSIVE_LEVEL
///   Returns  what it was
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  stacks are never paged out
RSL_EXPORT BOOLEAN NTAPI KeSetKernelStackSwapEnable(BOOLEAN Enable) {
    bool& swappable = ke::current_thread().stack_swappable;
    const bool before = swappable;
    swappable = Enable != 0;
    return before;
}

/// KeExpandKernelStackAndCallout (ntddk.h) calls a routine with at least Size bytes of stack.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NO_MEMORY, STATUS_INVALID_PARAMETER_3
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-keexpandkernelstackandcallout
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI KeExpandKernelStackAndCallout(PEXPAND_STACK_CALLOUT Callout, PVOID Parameter,
                                                        SIZE_T Size) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    if (Size > ke::kMostCalloutBytes) return STATUS_INVALID_PARAMETER_3;
    return ke::call_with_stack(Callout, Parameter, Size).nt();
}

/// KeExpandKernelStackAndCalloutEx (ntddk.h) calls a routine with at least Size bytes of stack.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NO_MEMORY, STATUS_INVALID_PARAMETER_3, STATUS_INVALID_PARAMETER_4
///            (to wait at DISPATCH_LEVEL)
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-keexpandkernelstackandcalloutex
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI KeExpandKernelStackAndCalloutEx(PEXPAND_STACK_CALLOUT Callout, PVOID Parameter,
                                                          SIZE_T Size, BOOLEAN Wait, PVOID Context) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    if (Size > ke::kMostCalloutBytes) return STATUS_INVALID_PARAMETER_3;
    if (Wait && arch::irql() == DISPATCH_LEVEL) return STATUS_INVALID_PARAMETER_4;
    return ke::call_with_stack(Callout, Parameter, Size).nt();
}

/// IoGetStackLimits (ntddk.h) tells the limits of the stack in use.
///   IRQL     any
///   Returns  nothing; the addresses in LowLimit and HighLimit
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iogetstacklimits
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoGetStackLimits(PULONG_PTR LowLimit, PULONG_PTR HighLimit) {
    const ke::StackLimits limits = ke::stack_limits();
    *LowLimit = limits.low;
    *HighLimit = limits.high;
}

/// IoGetRemainingStackSize (ntddk.h) tells how much of the stack in use is left.
///   IRQL     any
///   Returns  bytes
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-iogetremainingstacksize
///   Differs  nothing known
RSL_EXPORT ULONG_PTR NTAPI IoGetRemainingStackSize(VOID) {
    return reinterpret_cast<ULONG_PTR>(__builtin_frame_address(0)) - ke::stack_limits().low;
}

/// KeSaveFloatingPointState (wdm.h) saves the floating-point state.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kesavefloatingpointstate
///   Differs  nothing to save on x64: XMM registers are the thread's own, as in NT
RSL_EXPORT NTSTATUS NTAPI KeSaveFloatingPointState(PKFLOATING_SAVE FloatSave) { return STATUS_SUCCESS; }

/// KeRestoreFloatingPointState (wdm.h) undoes KeSaveFloatingPointState.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kerestorefloatingpointstate
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI KeRestoreFloatingPointState(PKFLOATING_SAVE FloatSave) { return STATUS_SUCCESS; }

/// KeSaveExtendedProcessorState (wdm.h) saves extended processor state before a driver uses it.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NOT_SUPPORTED
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kesaveextendedprocessorstate
///   Differs  AVX is not enabled, so asking for it fails
RSL_EXPORT NTSTATUS NTAPI KeSaveExtendedProcessorState(ULONG64 Mask, PXSTATE_SAVE XStateSave) {
    // The thread's switch keeps XMM registers; there is no other enabled state (CR4.OSXSAVE is off).
    if ((Mask & ~XSTATE_MASK_LEGACY) != 0) return STATUS_NOT_SUPPORTED;
    XStateSave->Prev = nullptr;
    XStateSave->Thread = ke::nt(ke::current_thread());
    XStateSave->Level = arch::irql();
    XStateSave->XStateContext.Mask = Mask;
    return STATUS_SUCCESS;
}

/// KeRestoreExtendedProcessorState (wdm.h) undoes KeSaveExtendedProcessorState.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kerestoreextendedprocessorstate
///   Differs  nothing known
RSL_EXPORT VOID NTAPI KeRestoreExtendedProcessorState(PXSTATE_SAVE XStateSave) {
    XStateSave->XStateContext.Mask = 0;
}

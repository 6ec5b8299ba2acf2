// SPDX-License-Identifier: GPL-2.0-only
// Waits, delays, alerts.
#include "abi/functions/export.h"
#include "abi/functions/ke.h"
#include "abi/types/bugcheck.h"
#include "abi/types/status.h"
#include "kernel/ke/apc.hpp"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/dispatcher.hpp"
#include "kernel/ke/objects.hpp"
#include "kernel/ps/previous_mode.hpp"
#include "kernel/ps/user_memory.hpp"

using namespace rsl;

/// KeWaitForSingleObject (wdm.h) waits for a dispatcher object; at DISPATCH_LEVEL only without
/// blocking.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_TIMEOUT, STATUS_ALERTED, STATUS_USER_APC,
///            STATUS_ABANDONED_WAIT_0; raises STATUS_MUTANT_LIMIT_EXCEEDED
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kewaitforsingleobject
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI KeWaitForSingleObject(PVOID Object, KWAIT_REASON WaitReason,
                                                KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
                                                PLARGE_INTEGER Timeout) {
    // wait_for() checks the level: reading it is a good part of what a wait that does not block costs.
    auto& header = *static_cast<DISPATCHER_HEADER*>(Object);
    ke::mutant_check_limit(header);
    return ke::wait_one(header, ke::deadline_of(Timeout), WaitReason, WaitMode, Alertable != 0);
}

/// KeWaitForMutexObject (wdm.h) waits for a mutex.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  as KeWaitForSingleObject
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kewaitformutexobject
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI KeWaitForMutexObject(PVOID Mutex, KWAIT_REASON WaitReason,
                                               KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
                                               PLARGE_INTEGER Timeout) {
    return KeWaitForSingleObject(Mutex, WaitReason, WaitMode, Alertable, Timeout);
}

/// KeWaitForMultipleObjects (wdm.h) waits for any or all of up to 64 objects; more than 3 need the
/// caller's wait blocks.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_WAIT_0 + n (any), STATUS_SUCCESS (all), STATUS_TIMEOUT, STATUS_ALERTED,
///            STATUS_USER_APC, STATUS_ABANDONED_WAIT_0 + n
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kewaitformultipleobjects
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI KeWaitForMultipleObjects(ULONG Count, PVOID Object[], WAIT_TYPE WaitType,
                                                   KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
                                                   BOOLEAN Alertable, PLARGE_INTEGER Timeout,
                                                   PKWAIT_BLOCK WaitBlockArray) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    const ULONG limit = WaitBlockArray != nullptr ? MAXIMUM_WAIT_OBJECTS : THREAD_WAIT_OBJECTS;
    if (Count > limit) ke::bug_check(MAXIMUM_WAIT_OBJECTS_EXCEEDED, Count, limit);
    for (ULONG i = 0; i < Count; ++i) {
        ke::mutant_check_limit(*static_cast<DISPATCHER_HEADER*>(Object[i]));
    }
    return ke::wait_for({.objects = Object,
                         .count = Count,
                         .kind = WaitType == WaitAll ? ke::WaitKind::kAll : ke::WaitKind::kAny,
                         .reason = WaitReason,
                         .mode = WaitMode,
                         .alertable = Alertable != 0,
                         .deadline = ke::deadline_of(Timeout),
                         .blocks = WaitBlockArray});
}

/// KeDelayExecutionThread (wdm.h) lets time pass; an interval of zero only lets others run.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_ALERTED, STATUS_USER_APC
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-kedelayexecutionthread
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI KeDelayExecutionThread(KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
                                                 PLARGE_INTEGER Interval) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const ke::Deadline deadline = ke::deadline_of(Interval);
    if (deadline.ns == 0) ke::yield();
    const NTSTATUS status = ke::wait_for({.objects = nullptr,
                                          .count = 0,
                                          .reason = DelayExecution,
                                          .mode = WaitMode,
                                          .alertable = Alertable != 0,
                                          .deadline = deadline});
    return status == STATUS_TIMEOUT ? STATUS_SUCCESS : status;
}

/// KeAlertThread (ntos.h) ends an alertable wait of a thread, now or when it comes.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  TRUE when it had been alerted already
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KeAlertThread(PKTHREAD Thread, KPROCESSOR_MODE AlertMode) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    return ke::alert_thread(ke::from_nt(Thread), AlertMode);
}

/// KeTestAlertThread (ntos.h) tests and clears the running thread's alert.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  TRUE when it was alerted
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT BOOLEAN NTAPI KeTestAlertThread(KPROCESSOR_MODE AlertMode) {
    return ke::test_alert(AlertMode);
}

/// NtTestAlert (ntos.h) tests and clears the caller's alert, and has its user APCs run.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_ALERTED
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  user APCs run their kernel routine only: a client's code is not here
RSL_EXPORT NTSTATUS NTAPI NtTestAlert(VOID) {
    return ke::test_alert(ps::previous_mode()) ? STATUS_ALERTED : STATUS_SUCCESS;
}

/// ZwTestAlert (ntos.h) is NtTestAlert for kernel callers.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_ALERTED
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwTestAlert(VOID) { return ps::as_kernel(NtTestAlert); }

/// NtDelayExecution (ntos.h) lets time pass.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_ALERTED, STATUS_USER_APC
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtDelayExecution(BOOLEAN Alertable, PLARGE_INTEGER DelayInterval) {
    const KPROCESSOR_MODE mode = ps::previous_mode();
    const auto interval = ps::read_in(DelayInterval, mode);
    if (!interval) return interval.failure().nt();
    LARGE_INTEGER copy = *interval;
    return KeDelayExecutionThread(mode, Alertable, &copy);
}

/// ZwDelayExecution (ntos.h) is NtDelayExecution for kernel callers.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_ALERTED
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwDelayExecution(BOOLEAN Alertable, PLARGE_INTEGER DelayInterval) {
    return ps::as_kernel(NtDelayExecution, Alertable, DelayInterval);
}

/// NtYieldExecution (ntos.h) lets another ready thread run.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NO_YIELD_PERFORMED
///   Source   public headers; the behaviour is what callers of the documented wrappers rely on
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtYieldExecution(VOID) {
    return ke::yield() ? STATUS_SUCCESS : STATUS_NO_YIELD_PERFORMED;
}

/// ZwYieldExecution (ntifs.h) lets another ready thread run.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NO_YIELD_PERFORMED
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwyieldexecution
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI ZwYieldExecution(VOID) { return NtYieldExecution(); }

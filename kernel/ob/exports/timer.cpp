// SPDX-License-Identifier: GPL-2.0-only
// Timers by handle.
#include "abi/functions/export.h"
#include "abi/functions/ob.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/ob/exports/by_handle.hpp"
#include "kernel/ob/exports/create.hpp"
#include "kernel/ob/timer_object.hpp"
#include "kernel/ob/types.hpp"

using namespace rsl;

/// NtCreateTimer (wdm.h, as ZwCreateTimer) makes or opens a timer.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_EXISTS, STATUS_OBJECT_NAME_COLLISION,
///   STATUS_INVALID_PARAMETER,
///            STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwcreatetimer
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtCreateTimer(PHANDLE TimerHandle, ACCESS_MASK DesiredAccess,
                                        POBJECT_ATTRIBUTES ObjectAttributes, TIMER_TYPE TimerType) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (TimerType != NotificationTimer && TimerType != SynchronizationTimer)
        return STATUS_INVALID_PARAMETER;
    return ob::create_named(TimerHandle, DesiredAccess, ObjectAttributes,
                            [&]() { return ob::create_timer_object(TimerType); });
}
/// ZwCreateTimer (wdm.h): NtCreateTimer for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtCreateTimer
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwcreatetimer
///   Differs  as NtCreateTimer
RSL_EXPORT NTSTATUS NTAPI ZwCreateTimer(PHANDLE TimerHandle, ACCESS_MASK DesiredAccess,
                                        POBJECT_ATTRIBUTES ObjectAttributes, TIMER_TYPE TimerType) {
    return ps::as_kernel(&NtCreateTimer, TimerHandle, DesiredAccess, ObjectAttributes, TimerType);
}

/// NtOpenTimer (wdm.h, as ZwOpenTimer) opens a named timer.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_TYPE_MISMATCH,
///   STATUS_ACCESS_DENIED Owner    the caller closes the handle Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwopentimer Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtOpenTimer(PHANDLE TimerHandle, ACCESS_MASK DesiredAccess,
                                      POBJECT_ATTRIBUTES ObjectAttributes) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return ob::open_named(TimerHandle, DesiredAccess, ObjectAttributes, ob::kTimerType);
}
/// ZwOpenTimer (wdm.h): NtOpenTimer for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtOpenTimer
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwopentimer
///   Differs  as NtOpenTimer
RSL_EXPORT NTSTATUS NTAPI ZwOpenTimer(PHANDLE TimerHandle, ACCESS_MASK DesiredAccess,
                                      POBJECT_ATTRIBUTES ObjectAttributes) {
    return ps::as_kernel(&NtOpenTimer, TimerHandle, DesiredAccess, ObjectAttributes);
}

/// NtSetTimer (wdm.h, as ZwSetTimer) starts a timer.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH,
///   STATUS_ACCESS_DENIED,
///            STATUS_INVALID_PARAMETER, STATUS_TIMER_RESUME_IGNORED, STATUS_NOT_SUPPORTED
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwsettimer
///   Differs  a client's APC routine is refused: its code is on Linux; nothing wakes the machine:
///   ResumeTimer is ignored, as documented
RSL_EXPORT NTSTATUS NTAPI NtSetTimer(HANDLE TimerHandle, PLARGE_INTEGER DueTime,
                                     PTIMER_APC_ROUTINE TimerApcRoutine, PVOID TimerContext,
                                     BOOLEAN ResumeTimer, LONG Period, PBOOLEAN PreviousState) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (Period < 0) return STATUS_INVALID_PARAMETER;
    if (TimerApcRoutine != nullptr && ps::previous_mode() != KernelMode) {
        ke::log(
            ke::LogLevel::kWarn,
            "NtSetTimer with an APC routine of a client is not supported: its code is on Linux");
        return STATUS_NOT_SUPPORTED;
    }
    const ob::ByHandle<ob::TimerObject> timer(TimerHandle, ob::kTimerType, TIMER_MODIFY_STATE);
    if (!timer) return timer.status();
    const auto due = ps::read_in(DueTime, timer.mode());
    if (!due) return due.failure().nt();
    const bool signalled = timer->timer.Header.SignalState != 0;
    ob::start_timer(*timer, {.due = *due,
                             .period_ms = static_cast<uint32_t>(Period),
                             .routine = TimerApcRoutine,
                             .context = TimerContext});
    const NTSTATUS told = timer.tell(PreviousState, signalled ? TRUE : FALSE);
    if (told < 0) return told;
    return ResumeTimer ? STATUS_TIMER_RESUME_IGNORED : STATUS_SUCCESS;
}
/// ZwSetTimer (wdm.h): NtSetTimer for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtSetTimer
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwsettimer
///   Differs  as NtSetTimer
RSL_EXPORT NTSTATUS NTAPI ZwSetTimer(HANDLE TimerHandle, PLARGE_INTEGER DueTime,
                                     PTIMER_APC_ROUTINE TimerApcRoutine, PVOID TimerContext,
                                     BOOLEAN ResumeTimer, LONG Period, PBOOLEAN PreviousState) {
    return ps::as_kernel(&NtSetTimer, TimerHandle, DueTime, TimerApcRoutine, TimerContext,
                         ResumeTimer, Period, PreviousState);
}

/// NtCancelTimer (wdm.h, as ZwCancelTimer) stops a timer.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH,
///   STATUS_ACCESS_DENIED Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwcanceltimer Differs  nothing
///   known
RSL_EXPORT NTSTATUS NTAPI NtCancelTimer(HANDLE TimerHandle, PBOOLEAN CurrentState) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const ob::ByHandle<ob::TimerObject> timer(TimerHandle, ob::kTimerType, TIMER_MODIFY_STATE);
    if (!timer) return timer.status();
    ob::stop_timer(*timer);
    return timer.tell(CurrentState, timer->timer.Header.SignalState != 0 ? TRUE : FALSE);
}
/// ZwCancelTimer (wdm.h): NtCancelTimer for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtCancelTimer
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwcanceltimer
///   Differs  as NtCancelTimer
RSL_EXPORT NTSTATUS NTAPI ZwCancelTimer(HANDLE TimerHandle, PBOOLEAN CurrentState) {
    return ps::as_kernel(&NtCancelTimer, TimerHandle, CurrentState);
}

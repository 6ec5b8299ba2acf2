// SPDX-License-Identifier: GPL-2.0-only
// Events by handle.
#include "abi/functions/export.h"
#include "abi/functions/ob.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ke/objects.hpp"
#include "kernel/ob/exports/by_handle.hpp"
#include "kernel/ob/exports/create.hpp"
#include "kernel/ob/types.hpp"

using namespace rsl;

/// NtCreateEvent (ntifs.h, as ZwCreateEvent) makes or opens an event.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_EXISTS, STATUS_OBJECT_NAME_COLLISION,
///   STATUS_INVALID_PARAMETER,
///            STATUS_INSUFFICIENT_RESOURCES
///   Owner    the caller closes the handle
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwcreateevent
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtCreateEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                                        POBJECT_ATTRIBUTES ObjectAttributes, EVENT_TYPE EventType,
                                        BOOLEAN InitialState) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (EventType != NotificationEvent && EventType != SynchronizationEvent)
        return STATUS_INVALID_PARAMETER;
    return ob::create_named(EventHandle, DesiredAccess, ObjectAttributes, [&]() -> Result<void*> {
        void* body = RSL_TRY(ob::allocate_object(ob::kEventType, sizeof(KEVENT)));
        ke::initialize_event(*static_cast<KEVENT*>(body), EventType, InitialState != 0);
        return body;
    });
}
/// ZwCreateEvent (ntifs.h): NtCreateEvent for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtCreateEvent
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwcreateevent
///   Differs  as NtCreateEvent
RSL_EXPORT NTSTATUS NTAPI ZwCreateEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                                        POBJECT_ATTRIBUTES ObjectAttributes, EVENT_TYPE EventType,
                                        BOOLEAN InitialState) {
    return ps::as_kernel(&NtCreateEvent, EventHandle, DesiredAccess, ObjectAttributes, EventType,
                         InitialState);
}

/// NtOpenEvent (wdm.h, as ZwOpenEvent) opens a named event.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_TYPE_MISMATCH,
///   STATUS_ACCESS_DENIED Owner    the caller closes the handle Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwopenevent Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtOpenEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                                      POBJECT_ATTRIBUTES ObjectAttributes) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    return ob::open_named(EventHandle, DesiredAccess, ObjectAttributes, ob::kEventType);
}
/// ZwOpenEvent (wdm.h): NtOpenEvent for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtOpenEvent
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-zwopenevent
///   Differs  as NtOpenEvent
RSL_EXPORT NTSTATUS NTAPI ZwOpenEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                                      POBJECT_ATTRIBUTES ObjectAttributes) {
    return ps::as_kernel(&NtOpenEvent, EventHandle, DesiredAccess, ObjectAttributes);
}

/// NtSetEvent (ntifs.h, as ZwSetEvent) signals an event.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH,
///   STATUS_ACCESS_DENIED Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwsetevent Differs  nothing
///   known
RSL_EXPORT NTSTATUS NTAPI NtSetEvent(HANDLE EventHandle, PLONG PreviousState) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const ob::ByHandle<KEVENT> event(EventHandle, ob::kEventType, EVENT_MODIFY_STATE);
    if (!event) return event.status();
    return event.tell(PreviousState, ke::set_event(*event, EVENT_INCREMENT));
}
/// ZwSetEvent (ntifs.h): NtSetEvent for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtSetEvent
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntifs/nf-ntifs-zwsetevent
///   Differs  as NtSetEvent
RSL_EXPORT NTSTATUS NTAPI ZwSetEvent(HANDLE EventHandle, PLONG PreviousState) {
    return ps::as_kernel(&NtSetEvent, EventHandle, PreviousState);
}

/// NtResetEvent (ntifs.h, as ZwResetEvent) ends the signal of an event.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH,
///   STATUS_ACCESS_DENIED Source learn.microsoft.com/windows-hardware/drivers/kernel/event-objects
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtResetEvent(HANDLE EventHandle, PLONG PreviousState) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const ob::ByHandle<KEVENT> event(EventHandle, ob::kEventType, EVENT_MODIFY_STATE);
    if (!event) return event.status();
    return event.tell(PreviousState, ke::reset_event(*event));
}
/// ZwResetEvent (ntifs.h): NtResetEvent for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtResetEvent
///   Source   learn.microsoft.com/windows-hardware/drivers/kernel/event-objects
///   Differs  as NtResetEvent
RSL_EXPORT NTSTATUS NTAPI ZwResetEvent(HANDLE EventHandle, PLONG PreviousState) {
    return ps::as_kernel(&NtResetEvent, EventHandle, PreviousState);
}

/// NtPulseEvent (ntifs.h, as ZwPulseEvent) lets the present waiters of an event go.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH,
///   STATUS_ACCESS_DENIED Source learn.microsoft.com/windows-hardware/drivers/kernel/event-objects
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtPulseEvent(HANDLE EventHandle, PLONG PreviousState) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const ob::ByHandle<KEVENT> event(EventHandle, ob::kEventType, EVENT_MODIFY_STATE);
    if (!event) return event.status();
    return event.tell(PreviousState, ke::pulse_event(*event, EVENT_INCREMENT));
}
/// ZwPulseEvent (ntifs.h): NtPulseEvent for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtPulseEvent
///   Source   learn.microsoft.com/windows-hardware/drivers/kernel/event-objects
///   Differs  as NtPulseEvent
RSL_EXPORT NTSTATUS NTAPI ZwPulseEvent(HANDLE EventHandle, PLONG PreviousState) {
    return ps::as_kernel(&NtPulseEvent, EventHandle, PreviousState);
}

/// NtClearEvent (ntifs.h, as ZwClearEvent) ends the signal of an event.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH,
///   STATUS_ACCESS_DENIED Source learn.microsoft.com/windows-hardware/drivers/kernel/event-objects
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtClearEvent(HANDLE EventHandle) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const ob::ByHandle<KEVENT> event(EventHandle, ob::kEventType, EVENT_MODIFY_STATE);
    if (!event) return event.status();
    ke::reset_event(*event);
    return STATUS_SUCCESS;
}
/// ZwClearEvent (ntifs.h): NtClearEvent for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtClearEvent
///   Source   learn.microsoft.com/windows-hardware/drivers/kernel/event-objects
///   Differs  as NtClearEvent
RSL_EXPORT NTSTATUS NTAPI ZwClearEvent(HANDLE EventHandle) {
    return ps::as_kernel(&NtClearEvent, EventHandle);
}

/// NtQueryEvent (ntobapi.h, as ZwQueryEvent) tells kind and state of an event.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_INFO_CLASS, STATUS_INFO_LENGTH_MISMATCH,
///   STATUS_INVALID_HANDLE Source learn.microsoft.com/windows-hardware/drivers/kernel/event-objects
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI NtQueryEvent(HANDLE EventHandle,
                                       EVENT_INFORMATION_CLASS EventInformationClass,
                                       PVOID EventInformation, ULONG EventInformationLength,
                                       PULONG ReturnLength) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    if (EventInformationClass != EventBasicInformation) return STATUS_INVALID_INFO_CLASS;
    const ob::ByHandle<KEVENT> event(EventHandle, ob::kEventType, EVENT_QUERY_STATE);
    if (!event) return event.status();
    const EVENT_BASIC_INFORMATION information = {
        .EventType = event->Header.Type == EventNotificationObject ? NotificationEvent
                                                                   : SynchronizationEvent,
        .EventState = event->Header.SignalState};
    return ob::answer_fixed(information, EventInformation, EventInformationLength, ReturnLength,
                            event.mode());
}
/// ZwQueryEvent (ntobapi.h): NtQueryEvent for a kernel caller.
///   IRQL     PASSIVE_LEVEL
///   Returns  as NtQueryEvent
///   Source   learn.microsoft.com/windows-hardware/drivers/kernel/event-objects
///   Differs  as NtQueryEvent
RSL_EXPORT NTSTATUS NTAPI ZwQueryEvent(HANDLE EventHandle,
                                       EVENT_INFORMATION_CLASS EventInformationClass,
                                       PVOID EventInformation, ULONG EventInformationLength,
                                       PULONG ReturnLength) {
    return ps::as_kernel(&NtQueryEvent, EventHandle, EventInformationClass, EventInformation,
                         EventInformationLength, ReturnLength);
}

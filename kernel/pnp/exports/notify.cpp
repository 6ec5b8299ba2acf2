// SPDX-License-Identifier: GPL-2.0-only
// Notifications: who wants to hear of devices, and what drivers report of theirs.
#include "kernel/pnp/notify.hpp"

#include "abi/functions/export.h"
#include "kernel/io/file.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/pnp/exports/arguments.hpp"
#include "kernel/pnp/request.hpp"
#include "kernel/pnp/worker.hpp"

using namespace rsl;

namespace {

/// The PDO of the device that a file is open on, with a reference: its drivers know.
Result<PDEVICE_OBJECT> target_of(FILE_OBJECT& file) {
    IO_STACK_LOCATION location = pnp::pnp_location(IRP_MN_QUERY_DEVICE_RELATIONS);
    location.Parameters.QueryDeviceRelations.Type = TargetDeviceRelation;
    location.FileObject = &file;
    const pnp::Answer answer = pnp::send(io::device_for(file), location);
    if (!NT_SUCCESS(answer.status)) return Status(answer.status);
    auto* relations = reinterpret_cast<DEVICE_RELATIONS*>(answer.information);
    if (relations == nullptr || relations->Count != 1) return Status::kInvalidDeviceRequest;
    PDEVICE_OBJECT pdo = relations->Objects[0];
    mm::free(relations);
    return pdo;
}

/// Names of events that the PnP manager alone sends: ...46f0-11d0, cb3a4006 to cb3a4008.
bool is_reserved_event(const GUID& event) {
    return event.Data1 >= 0xcb3a4004 && event.Data1 <= 0xcb3a4008 && event.Data2 == 0x46f0 && event.Data3 == 0x11d0;
}

NTSTATUS check_custom(PDEVICE_OBJECT pdo, const void* structure) {
    const auto& header = *static_cast<const PLUGPLAY_NOTIFICATION_HEADER*>(structure);
    if (pnp::node_of(pdo) == nullptr) return STATUS_INVALID_DEVICE_REQUEST;
    if (header.Size < sizeof(TARGET_DEVICE_REMOVAL_NOTIFICATION) || is_reserved_event(header.Event)) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    return STATUS_SUCCESS;
}

/// A report that is sent later: a copy, with what to call then.
struct CustomReport {
    PDEVICE_CHANGE_COMPLETE_CALLBACK callback;
    void* context;
    void* structure() { return this + 1; }
};
NTSTATUS send_custom(PDEVICE_OBJECT pdo, void* opaque) {
    auto* report = static_cast<CustomReport*>(opaque);
    pnp::notify_custom(*pdo, report->structure());
    if (report->callback != nullptr) report->callback(report->context);
    mm::free(report);
    return STATUS_SUCCESS;
}

}  // namespace

/// IoRegisterPlugPlayNotification (wdm.h) has a driver called for events of a category.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_INSUFFICIENT_RESOURCES; for a device what its
///            drivers answer to TargetDeviceRelation
///   Owner    the entry is the driver's, until IoUnregisterPlugPlayNotification(Ex)
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioregisterplugplaynotification
///   Differs  hardware profiles do not change: those callbacks are registered and never called
RSL_EXPORT NTSTATUS NTAPI IoRegisterPlugPlayNotification(IO_NOTIFICATION_EVENT_CATEGORY EventCategory,
                                                         ULONG EventCategoryFlags, PVOID EventCategoryData,
                                                         PDRIVER_OBJECT DriverObject,
                                                         PDRIVER_NOTIFICATION_CALLBACK_ROUTINE CallbackRoutine,
                                                         PVOID Context, PVOID* NotificationEntry) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    *NotificationEntry = nullptr;
    pnp::Registration registration = {EventCategory, {}, nullptr, nullptr, DriverObject, CallbackRoutine, Context};
    switch (EventCategory) {
        case EventCategoryHardwareProfileChange: break;
        case EventCategoryDeviceInterfaceChange:
            registration.interface_class = *static_cast<const GUID*>(EventCategoryData);
            break;
        case EventCategoryTargetDeviceChange: {
            registration.file = static_cast<PFILE_OBJECT>(EventCategoryData);
            const auto pdo = target_of(*registration.file);
            if (!pdo) return pdo.failure().nt();
            registration.pdo = *pdo;
            break;
        }
        default: return STATUS_INVALID_PARAMETER;
    }
    const auto entry = pnp::register_notification(registration);
    if (!entry) {
        if (registration.pdo != nullptr) io::device_of(*registration.pdo).drop_reference();
        return entry.failure().nt();
    }
    *NotificationEntry = *entry;
    if (EventCategory == EventCategoryDeviceInterfaceChange &&
        (EventCategoryFlags & PNPNOTIFY_DEVICE_INTERFACE_INCLUDE_EXISTING_INTERFACES) != 0) {
        pnp::tell_existing(*entry);
    }
    return STATUS_SUCCESS;
}

/// IoUnregisterPlugPlayNotification (wdm.h) takes a registration back.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS; the callback does not run any more
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iounregisterplugplaynotification
///   Differs  an entry that is none is refused
RSL_EXPORT NTSTATUS NTAPI IoUnregisterPlugPlayNotification(PVOID NotificationEntry) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    const auto gone = pnp::unregister_notification(NotificationEntry);
    return gone ? STATUS_SUCCESS : gone.failure().nt();
}

/// IoUnregisterPlugPlayNotificationEx (wdm.h) does the same, from within the callback too.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iounregisterplugplaynotificationex
///   Differs  an entry that is none is refused
RSL_EXPORT NTSTATUS NTAPI IoUnregisterPlugPlayNotificationEx(PVOID NotificationEntry) {
    return IoUnregisterPlugPlayNotification(NotificationEntry);
}

/// IoReportTargetDeviceChange (wdm.h) tells those who registered for a device of an event of the driver's own.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_DEVICE_REQUEST
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioreporttargetdevicechange
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoReportTargetDeviceChange(PDEVICE_OBJECT PhysicalDeviceObject, PVOID NotificationStructure) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    if (const NTSTATUS status = check_custom(PhysicalDeviceObject, NotificationStructure); !NT_SUCCESS(status)) return status;
    pnp::notify_custom(*PhysicalDeviceObject, NotificationStructure);
    return STATUS_SUCCESS;
}

/// IoReportTargetDeviceChangeAsynchronous (wdm.h) does the same later, from a system thread.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  STATUS_PENDING, STATUS_INVALID_DEVICE_REQUEST, STATUS_INSUFFICIENT_RESOURCES
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioreporttargetdevicechangeasynchronous
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoReportTargetDeviceChangeAsynchronous(PDEVICE_OBJECT PhysicalDeviceObject,
                                                                 PVOID NotificationStructure,
                                                                 PDEVICE_CHANGE_COMPLETE_CALLBACK Callback, PVOID Context) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    if (const NTSTATUS status = check_custom(PhysicalDeviceObject, NotificationStructure); !NT_SUCCESS(status)) return status;
    const USHORT bytes = static_cast<const PLUGPLAY_NOTIFICATION_HEADER*>(NotificationStructure)->Size;
    auto* report = static_cast<CustomReport*>(mm::allocate(sizeof(CustomReport) + bytes, mm::pool_tag("PpCu")));
    if (report == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    report->callback = Callback;
    report->context = Context;
    std::memcpy(report->structure(), NotificationStructure, bytes);
    if (!pnp::queue_action(&send_custom, PhysicalDeviceObject, report)) {
        mm::free(report);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    return STATUS_PENDING;
}

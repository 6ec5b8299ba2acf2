// SPDX-License-Identifier: GPL-2.0-only
// What drivers report of their devices, and the private functions of installers.
#include "abi/functions/export.h"
#include "kernel/ke/irql.hpp"
#include "kernel/pnp/driver_store.hpp"
#include "kernel/pnp/exports/arguments.hpp"
#include "kernel/pnp/manager.hpp"
#include "kernel/pnp/request.hpp"
#include "kernel/pnp/tree_actions.hpp"
#include "kernel/pnp/worker.hpp"
#include "kernel/po/system_power.hpp"

using namespace rsl;

namespace {

NTSTATUS enumerate_again(PDEVICE_OBJECT pdo, void*) {
    pnp::DeviceNode* const node = pnp::node_of(pdo);
    if (node != nullptr && node->is_started()) pnp::enumerate(*node);
    return STATUS_SUCCESS;
}
NTSTATUS query_state_again(PDEVICE_OBJECT pdo, void*) {
    pnp::DeviceNode* const node = pnp::node_of(pdo);
    if (node != nullptr && node->is_started()) pnp::query_state(*node);
    return STATUS_SUCCESS;
}

/// Removed in order, ejected, looked for again: what is still there then is held for eject.
NTSTATUS eject(PDEVICE_OBJECT pdo, void*) {
    pnp::DeviceNode* const node = pnp::node_of(pdo);
    if (node == nullptr || node->parent == nullptr) return STATUS_SUCCESS;
    if (!NT_SUCCESS(pnp::query_and_remove(*node))) return STATUS_SUCCESS;
    {
        ke::MutexGuard guard{pnp::tree_lock()};
        node->set_problem(pnp::Problem::kHeldForEject);
    }
    pnp::DeviceNode& parent = *node->parent;
    pnp::send_pnp(*pdo, IRP_MN_EJECT);
    pnp::enumerate(parent);
    return STATUS_SUCCESS;
}

}  // namespace

/// IoInvalidateDeviceRelations (wdm.h) says that a device's relations have changed.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  -; bus relations are queried later, in a system thread
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioinvalidatedevicerelations
///   Differs  power relations are not looked at
RSL_EXPORT VOID NTAPI IoInvalidateDeviceRelations(PDEVICE_OBJECT DeviceObject, DEVICE_RELATION_TYPE Type) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    if (Type != BusRelations && Type != SingleBusRelations) return;  // the others are asked when they matter
    pnp::queue_action(&enumerate_again, DeviceObject, nullptr).ignore("no memory: the next call or a scan finds the change");
}

/// IoInvalidateDeviceState (wdm.h) says that a device's state has changed.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  -; IRP_MN_QUERY_PNP_DEVICE_STATE is sent later
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioinvalidatedevicestate
///   Differs  nothing known
RSL_EXPORT VOID NTAPI IoInvalidateDeviceState(PDEVICE_OBJECT PhysicalDeviceObject) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    pnp::queue_action(&query_state_again, PhysicalDeviceObject, nullptr).ignore("no memory: nobody is told, as documented");
}

/// IoRequestDeviceEject (wdm.h) says that somebody pressed a device's eject button.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  -; the device is removed in order and ejected later
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iorequestdeviceeject
///   Differs  ejection relations are not looked at
RSL_EXPORT VOID NTAPI IoRequestDeviceEject(PDEVICE_OBJECT PhysicalDeviceObject) {
    RSL_IRQL_AT_MOST(DISPATCH_LEVEL);
    pnp::queue_action(&eject, PhysicalDeviceObject, nullptr).ignore("no memory: the button has to be pressed again");
}

/// IoReportDetectedDevice (ntddk.h) makes a root-enumerated device for hardware that a driver found itself.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_DEVICE_REQUEST (a driver without a service), STATUS_INSUFFICIENT_RESOURCES
///   Owner    the PDO is the PnP manager's; the driver attaches to it
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-ioreportdetecteddevice
///   Differs  resources are taken as given, without a check for conflicts; requirements are not looked at
RSL_EXPORT NTSTATUS NTAPI IoReportDetectedDevice(PDRIVER_OBJECT DriverObject, INTERFACE_TYPE LegacyBusType, ULONG BusNumber,
                                                 ULONG SlotNumber, PCM_RESOURCE_LIST ResourceList,
                                                 PIO_RESOURCE_REQUIREMENTS_LIST ResourceRequirements,
                                                 BOOLEAN ResourceAssigned, PDEVICE_OBJECT* DeviceObject) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    pnp::Detected detected{DriverObject, ResourceList, nullptr};
    const NTSTATUS status = pnp::report_detected(detected);
    if (NT_SUCCESS(status)) *DeviceObject = detected.pdo;
    return status;
}

/// RslStoreDriverImage (rsl_kernel.h, private): keeps a driver's image for when a device wants it.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_INVALID, STATUS_INSUFFICIENT_RESOURCES
RSL_EXPORT NTSTATUS NTAPI RslStoreDriverImage(PCUNICODE_STRING ServiceName, const VOID* Image, SIZE_T ImageBytes) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    const auto stored = pnp::store_image(io::text_of(ServiceName), {static_cast<const std::byte*>(Image), ImageBytes});
    return stored ? STATUS_SUCCESS : stored.failure().nt();
}

/// RslDeviceAction (rsl_kernel.h, private): what a user does to the device tree; returns when it is done.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_NO_SUCH_DEVICE, STATUS_PLUGPLAY_QUERY_VETOED, what the drivers answered
RSL_EXPORT NTSTATUS NTAPI RslDeviceAction(RSL_DEVICE_ACTION Action, PCUNICODE_STRING Device, PUNICODE_STRING InstancePath) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    const auto text = io::text_of(Device);
    switch (Action) {
        case RslDeviceScan: return pnp::scan();
        case RslDeviceRemove: return pnp::remove_device(text);
        case RslDeviceDisable: return pnp::disable_device(text);
        case RslDeviceEnable: return pnp::enable_device(text);
        case RslDeviceRestart: return pnp::restart_device(text);
        case RslDeviceAdd: break;
        default: return STATUS_INVALID_PARAMETER;
    }
    pnp::IdText path;
    const NTSTATUS status = pnp::add_device(text, path);
    if (!NT_SUCCESS(status)) return status;
    const auto bytes = static_cast<USHORT>(path.view().size() * sizeof(WCHAR));
    if (bytes > InstancePath->MaximumLength) return STATUS_BUFFER_TOO_SMALL;
    std::memcpy(InstancePath->Buffer, path.c_str(), bytes);
    InstancePath->Length = bytes;
    return STATUS_SUCCESS;
}

/// RslNotifyShutdown (rsl_kernel.h, private): tells every driver that the machine stops.
///   IRQL     PASSIVE_LEVEL
///   Returns  when all drivers have answered
///   Source   docs/adr/0007-private-interface.md
///   Differs  ours
RSL_EXPORT VOID NTAPI RslNotifyShutdown(PRSL_SHUTDOWN_TOLD Told, PVOID Context) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    po::shut_down(Told, Context);
}

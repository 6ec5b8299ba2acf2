// SPDX-License-Identifier: GPL-2.0-only
// A network adapter as a device: AddDevice, the IRPs of plug and play, power and files.
#include <algorithm>
#include <cstring>

#include "classes/ndis/configuration.hpp"
#include "classes/ndis/layers.hpp"

namespace rsl::ndis {
namespace {

constexpr GUID kBusInterfaceStandard = {
    0x496B8280, 0x6F25, 0x11D0, {0xBE, 0xAF, 0x08, 0x00, 0x2B, 0xE2, 0x09, 0x2F}};
constexpr ULONG kQueryGlobalStatistics =
    0x00170002;  // IOCTL_NDIS_QUERY_GLOBAL_STATS, METHOD_OUT_DIRECT

DeviceHeader& header_of(DEVICE_OBJECT& device) {
    return *static_cast<DeviceHeader*>(device.DeviceExtension);
}

/// A copy of a list, which has one full descriptor; an empty one for none.
CM_RESOURCE_LIST* copy_list(const CM_RESOURCE_LIST* list) {
    constexpr size_t kHead = offsetof(CM_RESOURCE_LIST, List) +
                             offsetof(CM_FULL_RESOURCE_DESCRIPTOR, PartialResourceList) +
                             offsetof(CM_PARTIAL_RESOURCE_LIST, PartialDescriptors);
    const ULONG count =
        list == nullptr || list->Count == 0 ? 0 : list->List[0].PartialResourceList.Count;
    const size_t bytes = kHead + count * sizeof(CM_PARTIAL_RESOURCE_DESCRIPTOR);
    auto* copy =
        static_cast<CM_RESOURCE_LIST*>(allocate(std::max(bytes, sizeof(CM_RESOURCE_LIST)), kTag));
    if (copy == nullptr) return nullptr;
    if (count != 0) std::memcpy(copy, list, bytes);
    copy->Count = 1;
    copy->List[0].PartialResourceList.Version = copy->List[0].PartialResourceList.Revision = 1;
    return copy;
}

NTSTATUS copy_resources(Adapter& adapter, const IO_STACK_LOCATION& location) {
    adapter.raw = copy_list(location.Parameters.StartDevice.AllocatedResources);
    adapter.translated = copy_list(location.Parameters.StartDevice.AllocatedResourcesTranslated);
    if (adapter.raw == nullptr || adapter.translated == nullptr)
        return STATUS_INSUFFICIENT_RESOURCES;
    adapter.resources = &adapter.translated->List[0].PartialResourceList;
    return STATUS_SUCCESS;
}

/// Asks the bus for its interface, which reads configuration space at any IRQL. Without one
/// adapter.bus stays zero.
void query_bus(Adapter& adapter) {
    KEVENT done;
    IO_STATUS_BLOCK status = {};
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    IRP* const irp = IoBuildSynchronousFsdRequest(IRP_MJ_PNP, adapter.lower, nullptr, 0, nullptr,
                                                  &done, &status);
    if (irp == nullptr) return;
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    IO_STACK_LOCATION& next = irp->Tail.Overlay.CurrentStackLocation[-1];
    next.MinorFunction = IRP_MN_QUERY_INTERFACE;
    next.Parameters.QueryInterface.InterfaceType = &kBusInterfaceStandard;
    next.Parameters.QueryInterface.Size = sizeof(adapter.bus);
    next.Parameters.QueryInterface.Version = 1;
    next.Parameters.QueryInterface.Interface = reinterpret_cast<PINTERFACE>(&adapter.bus);
    NTSTATUS result = IofCallDriver(adapter.lower, irp);
    if (result == STATUS_PENDING) {
        KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, nullptr);
        result = status.Status;
    }
    if (result < 0) adapter.bus = {};
}

void drop_hardware(Adapter& adapter) {
    if (adapter.dma != nullptr) adapter.dma->DmaOperations->PutDmaAdapter(adapter.dma);
    adapter.dma = nullptr;
    if (adapter.bus.InterfaceDereference != nullptr)
        adapter.bus.InterfaceDereference(adapter.bus.Context);
    adapter.bus = {};
    release(adapter.raw);
    release(adapter.translated);
    adapter.raw = adapter.translated = nullptr;
    adapter.resources = nullptr;
}

void stop(Adapter& adapter, NDIS_HALT_ACTION action) {
    LayerTurn turn;
    pause(adapter, NDIS_PAUSE_NDIS_INTERNAL);
    halt(adapter, action);
    drop_hardware(adapter);
}

NTSTATUS start(Adapter& adapter, IRP* irp) {
    NTSTATUS status = send_and_wait(adapter.lower, irp);
    if (status >= 0) status = copy_resources(adapter, location_of(irp));
    if (status >= 0) {
        LayerTurn turn;
        query_bus(adapter);
        status = initialize(adapter);
        if (status >= 0) status = restart(adapter);
        if (status < 0) stop(adapter, NdisHaltDeviceInitializationFailed);
    } else {
        drop_hardware(adapter);
    }
    if (status >= 0) IoSetDeviceInterfaceState(&adapter.symbolic_link, TRUE);
    return complete(irp, status);
}

void delete_adapter(Adapter& adapter) {
    delist(adapter);
    if (adapter.driver->pnp.MiniportRemoveDeviceHandler != nullptr &&
        adapter.add_device_context != nullptr) {
        adapter.driver->pnp.MiniportRemoveDeviceHandler(adapter.add_device_context);
    }
    DEVICE_OBJECT* const device = adapter.device;
    IoUnregisterShutdownNotification(device);
    if (adapter.lower != nullptr) IoDetachDevice(adapter.lower);
    if (adapter.symbolic_link.Buffer != nullptr) ExFreePool(adapter.symbolic_link.Buffer);
    release(adapter.instance.Buffer);
    release(&adapter);
    IoDeleteDevice(device);
}

NTSTATUS remove(Adapter& adapter, IRP* irp) {
    stop(adapter, adapter.removed ? NdisHaltDeviceSurpriseRemoved : NdisHaltDeviceDisabled);
    if (adapter.symbolic_link.Buffer != nullptr)
        IoSetDeviceInterfaceState(&adapter.symbolic_link, FALSE);
    irp->IoStatus.Status = STATUS_SUCCESS;
    const NTSTATUS status = pass_down(adapter.lower, irp);
    delete_adapter(adapter);
    return status;
}

NTSTATUS dispatch_pnp(Adapter& adapter, IRP* irp) {
    switch (location_of(irp).MinorFunction) {
        case IRP_MN_START_DEVICE:
            return start(adapter, irp);
        case IRP_MN_REMOVE_DEVICE:
            return remove(adapter, irp);
        case IRP_MN_STOP_DEVICE:
            stop(adapter, NdisHaltDeviceStopped);
            break;
        case IRP_MN_SURPRISE_REMOVAL:
            adapter.removed = true;
            notify_pnp(adapter, NdisDevicePnPEventSurpriseRemoved);
            stop(adapter, NdisHaltDeviceSurpriseRemoved);
            break;
        case IRP_MN_QUERY_PNP_DEVICE_STATE:
            if (!adapter.failed.load(std::memory_order_acquire))
                return pass_down(adapter.lower, irp);
            irp->IoStatus.Information |= PNP_DEVICE_FAILED;
            break;
        case IRP_MN_QUERY_REMOVE_DEVICE:
            if (tell_above(adapter, NetEventQueryRemoveDevice) != NDIS_STATUS_SUCCESS)
                return complete(irp, STATUS_UNSUCCESSFUL);
            break;
        case IRP_MN_CANCEL_REMOVE_DEVICE:
            tell_above(adapter, NetEventCancelRemoveDevice);
            break;
        case IRP_MN_QUERY_STOP_DEVICE:
        case IRP_MN_CANCEL_STOP_DEVICE:
            break;
        default:
            return pass_down(adapter.lower, irp);  // not ours: its status stays
    }
    irp->IoStatus.Status = STATUS_SUCCESS;
    return pass_down(adapter.lower, irp);
}

NTSTATUS query_statistics(Adapter& adapter, IRP* irp) {
    const IO_STACK_LOCATION& location = location_of(irp);
    if (location.Parameters.DeviceIoControl.IoControlCode != kQueryGlobalStatistics)
        return complete(irp, STATUS_INVALID_DEVICE_REQUEST);
    if (location.Parameters.DeviceIoControl.InputBufferLength < sizeof(NDIS_OID))
        return complete(irp, STATUS_INVALID_PARAMETER);
    std::byte* const out = irp->MdlAddress == nullptr ? nullptr : address_of(*irp->MdlAddress);
    NDIS_OID_REQUEST request = {};
    request.Header = {NDIS_OBJECT_TYPE_OID_REQUEST, NDIS_OID_REQUEST_REVISION_1,
                      NDIS_SIZEOF_OID_REQUEST_REVISION_1};
    request.RequestType = NdisRequestQueryStatistics;
    request.DATA.QUERY_INFORMATION.Oid = *static_cast<NDIS_OID*>(irp->AssociatedIrp.SystemBuffer);
    request.DATA.QUERY_INFORMATION.InformationBuffer = out;
    request.DATA.QUERY_INFORMATION.InformationBufferLength =
        out == nullptr ? 0 : location.Parameters.DeviceIoControl.OutputBufferLength;
    const NDIS_STATUS status = request_below(adapter, nullptr, request);
    if (status == NDIS_STATUS_BUFFER_TOO_SHORT || status == NDIS_STATUS_INVALID_LENGTH)
        return complete(irp, STATUS_BUFFER_TOO_SMALL);
    if (status != NDIS_STATUS_SUCCESS)
        return complete(irp, status < 0 ? status : STATUS_UNSUCCESSFUL);
    return complete(irp, STATUS_SUCCESS, request.DATA.QUERY_INFORMATION.BytesWritten);
}

NTSTATUS dispatch_adapter(Adapter& adapter, IRP* irp) {
    switch (location_of(irp).MajorFunction) {
        case IRP_MJ_PNP:
            return dispatch_pnp(adapter, irp);
        case IRP_MJ_CREATE:
        case IRP_MJ_CLEANUP:
        case IRP_MJ_CLOSE:
            return complete(irp, STATUS_SUCCESS);
        case IRP_MJ_DEVICE_CONTROL:
            return query_statistics(adapter, irp);
        case IRP_MJ_SHUTDOWN:
            if (adapter.driver->calls.ShutdownHandlerEx != nullptr && adapter.context != nullptr) {
                adapter.driver->calls.ShutdownHandlerEx(adapter.context, NdisShutdownPowerOff);
            }
            return complete(irp, STATUS_SUCCESS);
        case IRP_MJ_POWER:
        case IRP_MJ_SYSTEM_CONTROL:
            return pass_down(adapter.lower, irp);
        default:
            return complete(irp, STATUS_INVALID_DEVICE_REQUEST);
    }
}

/// \Device\{GUID}, the name that network adapters go by.
NTSTATUS create_device(DRIVER_OBJECT& object, const UNICODE_STRING& instance,
                       DEVICE_OBJECT*& device) {
    constexpr char16_t kFolder[] = u"\\Device\\";
    constexpr USHORT kFolderBytes = sizeof(kFolder) - sizeof(char16_t);
    WCHAR text[64];
    if (size_t{kFolderBytes} + instance.Length > sizeof(text)) return STATUS_OBJECT_NAME_INVALID;
    std::memcpy(text, kFolder, kFolderBytes);
    std::memcpy(reinterpret_cast<std::byte*>(text) + kFolderBytes, instance.Buffer,
                instance.Length);
    const auto bytes = static_cast<USHORT>(kFolderBytes + instance.Length);
    UNICODE_STRING name = {.Length = bytes, .MaximumLength = bytes, .Buffer = text};
    return IoCreateDevice(&object, sizeof(DeviceHeader), &name, FILE_DEVICE_PHYSICAL_NETCARD,
                          FILE_DEVICE_SECURE_OPEN, FALSE, &device);
}

Adapter* make_adapter(MiniportDriver& driver, DEVICE_OBJECT* physical) {
    auto* adapter = static_cast<Adapter*>(allocate(sizeof(Adapter), kTag));
    if (adapter == nullptr) return nullptr;
    adapter->kind = HandleKind::kAdapter;
    adapter->driver = &driver;
    adapter->physical = physical;
    KeInitializeSpinLock(&adapter->link_lock);
    KeInitializeEvent(&adapter->transition_done, SynchronizationEvent, FALSE);
    KeInitializeEvent(&adapter->oid_turn, SynchronizationEvent, TRUE);
    KeInitializeEvent(&adapter->oid_done, NotificationEvent, FALSE);
    init_layers(*adapter);
    return adapter;
}

NTSTATUS attach(Adapter& adapter) {
    constexpr GUID kNetworkInterface = {
        0xCAC88484, 0x7515, 0x4C03, {0x82, 0xE6, 0x71, 0xA8, 0x7A, 0xBA, 0xC3, 0x61}};
    const NTSTATUS status = IoRegisterDeviceInterface(adapter.physical, &kNetworkInterface,
                                                      &adapter.instance, &adapter.symbolic_link);
    if (status < 0) return status;
    *static_cast<DeviceHeader*>(adapter.device->DeviceExtension) = {DeviceKind::kAdapter, &adapter,
                                                                    nullptr};
    adapter.lower = IoAttachDeviceToDeviceStack(adapter.device, adapter.physical);
    if (adapter.lower == nullptr) return STATUS_NO_SUCH_DEVICE;
    enlist(adapter);
    const auto handler = adapter.driver->pnp.MiniportAddDeviceHandler;
    const NDIS_STATUS added =
        handler == nullptr ? NDIS_STATUS_SUCCESS : handler(&adapter, adapter.driver->context);
    if (added == NDIS_STATUS_SUCCESS) return STATUS_SUCCESS;
    delist(adapter);
    IoDetachDevice(adapter.lower);
    return added < 0 ? added : STATUS_UNSUCCESSFUL;
}

}  // namespace

NTSTATUS NTAPI add_device(DRIVER_OBJECT* object, DEVICE_OBJECT* physical) {
    MiniportDriver* const driver = driver_of(object);
    if (driver == nullptr || !driver->registered) return STATUS_DEVICE_NOT_READY;
    Adapter* const adapter = make_adapter(*driver, physical);
    if (adapter == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS status = read_instance(*physical, adapter->instance);
    if (status >= 0) status = create_device(*object, adapter->instance, adapter->device);
    if (status >= 0) status = attach(*adapter);
    if (status >= 0) {
        IoRegisterShutdownNotification(adapter->device);
        adapter->device->Flags = (adapter->device->Flags | DO_DIRECT_IO | DO_POWER_PAGABLE) &
                                 ~static_cast<ULONG>(DO_DEVICE_INITIALIZING);
        return STATUS_SUCCESS;
    }
    if (adapter->symbolic_link.Buffer != nullptr) ExFreePool(adapter->symbolic_link.Buffer);
    if (adapter->device != nullptr) IoDeleteDevice(adapter->device);
    release(adapter->instance.Buffer);
    release(adapter);
    return status;
}

NTSTATUS NTAPI dispatch(DEVICE_OBJECT* device, IRP* irp) {
    DeviceHeader& header = header_of(*device);
    return header.kind == DeviceKind::kAdapter ? dispatch_adapter(*header.adapter, irp)
                                               : dispatch_control(device, irp);
}

}  // namespace rsl::ndis

// SPDX-License-Identifier: GPL-2.0-only
// Devices that a miniport driver has besides its adapters, such as the one that a VPN's program
// opens.
#include <cstring>

#include "classes/ndis/layers.hpp"

namespace rsl::ndis {
namespace {

/// Behind the header, in the device extension: the table, the link, then what the driver asked for.
struct ControlDevice {
    DeviceHeader header;
    DEVICE_OBJECT* device;
    DRIVER_DISPATCH* table[IRP_MJ_MAXIMUM_FUNCTION + 1];
    UNICODE_STRING link;  // its Buffer is ours; null: there is none
    alignas(16) std::byte reserved[];
};

ControlDevice& control_of(DEVICE_OBJECT* device) {
    return *static_cast<ControlDevice*>(device->DeviceExtension);
}

NTSTATUS link_device(ControlDevice& control, const NDIS_DEVICE_OBJECT_ATTRIBUTES& attributes) {
    if (attributes.SymbolicName == nullptr) return STATUS_SUCCESS;
    UNICODE_STRING& link = control.link;
    link = {.Length = attributes.SymbolicName->Length,
            .MaximumLength = attributes.SymbolicName->Length,
            .Buffer = nullptr};
    link.Buffer = static_cast<WCHAR*>(allocate(link.Length, kTag));
    if (link.Buffer == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    std::memcpy(link.Buffer, attributes.SymbolicName->Buffer, link.Length);
    const NTSTATUS status = IoCreateSymbolicLink(&link, attributes.DeviceName);
    if (status >= 0) return status;
    release(link.Buffer);
    link.Buffer = nullptr;
    return status;
}

}  // namespace

DRIVER_OBJECT* driver_object_of(NDIS_HANDLE handle) {
    switch (*static_cast<HandleKind*>(handle)) {
        case HandleKind::kDriver:
            return static_cast<MiniportDriver*>(handle)->driver;
        case HandleKind::kAdapter:
            return adapter_of(handle)->driver->driver;
        case HandleKind::kFilterDriver:
            return static_cast<FilterDriver*>(handle)->driver;
        case HandleKind::kFilterModule:
            return module_of(handle)->driver->driver;
        default:
            return nullptr;  // protocol drivers have no driver object that we know
    }
}

NTSTATUS dispatch_control(DEVICE_OBJECT* device, IRP* irp) {
    DRIVER_DISPATCH* const routine =
        control_of(device).table[irp->Tail.Overlay.CurrentStackLocation->MajorFunction];
    return routine != nullptr ? routine(device, irp) : complete(irp, STATUS_INVALID_DEVICE_REQUEST);
}

}  // namespace rsl::ndis

using namespace rsl::ndis;

/// NdisRegisterDeviceEx (ndis.h) makes a device whose requests go to the driver's own dispatch
/// table.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_NOT_SUPPORTED, NDIS_STATUS_RESOURCES, what making
///   device and link came to Owner    the driver, until NdisDeregisterDeviceEx Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisregisterdeviceex Differs
///   DefaultSDDLString and DeviceClassGuid are not looked at: every client of the VM may open the
///   device
RSL_EXPORT NDIS_STATUS NTAPI
NdisRegisterDeviceEx(NDIS_HANDLE NdisHandle, PNDIS_DEVICE_OBJECT_ATTRIBUTES DeviceObjectAttributes,
                     PDEVICE_OBJECT* pDeviceObject, PNDIS_HANDLE NdisDeviceHandle) {
    *pDeviceObject = nullptr;
    *NdisDeviceHandle = nullptr;
    const NDIS_DEVICE_OBJECT_ATTRIBUTES& attributes = *DeviceObjectAttributes;
    DRIVER_OBJECT* const driver = NdisHandle == nullptr ? nullptr : driver_object_of(NdisHandle);
    if (driver == nullptr || attributes.MajorFunctions == nullptr) return NDIS_STATUS_NOT_SUPPORTED;
    DEVICE_OBJECT* device;
    const NTSTATUS status = IoCreateDevice(
        driver, static_cast<ULONG>(sizeof(ControlDevice)) + attributes.ExtensionSize,
        attributes.DeviceName, FILE_DEVICE_NETWORK, FILE_DEVICE_SECURE_OPEN, FALSE, &device);
    if (status < 0) return status;
    ControlDevice& control = control_of(device);
    control.header = {DeviceKind::kControl, nullptr, control.table};
    control.device = device;
    std::memcpy(control.table, attributes.MajorFunctions, sizeof(control.table));
    const NTSTATUS linked = link_device(control, attributes);
    if (linked < 0) {
        IoDeleteDevice(device);
        return linked;
    }
    for (PDRIVER_DISPATCH& major : driver->MajorFunction) major = &dispatch;
    device->Flags &= ~static_cast<ULONG>(DO_DEVICE_INITIALIZING);
    *pDeviceObject = device;
    *NdisDeviceHandle = &control;
    return NDIS_STATUS_SUCCESS;
}

/// NdisDeregisterDeviceEx (ndis.h) deletes such a device.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisderegisterdeviceex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisDeregisterDeviceEx(NDIS_HANDLE NdisDeviceHandle) {
    auto& control = *static_cast<ControlDevice*>(NdisDeviceHandle);
    if (control.link.Buffer != nullptr) {
        IoDeleteSymbolicLink(&control.link);
        release(control.link.Buffer);
        control.link.Buffer = nullptr;
    }
    IoDeleteDevice(control.device);
}

/// NdisGetDeviceReservedExtension (ndis.h) gets the memory that a driver has in its device.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the memory, or NULL for a device that is no such
///   Owner    the device
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisgetdevicereservedextension
///   Differs  nothing known
RSL_EXPORT PVOID NTAPI NdisGetDeviceReservedExtension(PDEVICE_OBJECT DeviceObject) {
    ControlDevice& control = control_of(DeviceObject);
    return control.header.kind == DeviceKind::kControl ? control.reserved : nullptr;
}

// SPDX-License-Identifier: GPL-2.0-only
// Properties and registry keys of devices and drivers.
#include "kernel/pnp/properties.hpp"

#include "abi/functions/export.h"
#include "kernel/ke/irql.hpp"
#include "kernel/pnp/exports/arguments.hpp"

using namespace rsl;

/// IoGetDeviceProperty (wdm.h) reads a property of a device.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BUFFER_TOO_SMALL, STATUS_INVALID_PARAMETER_2, STATUS_INVALID_DEVICE_REQUEST;
///            STATUS_OBJECT_NAME_NOT_FOUND for what the device does not have
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iogetdeviceproperty
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoGetDeviceProperty(PDEVICE_OBJECT DeviceObject, DEVICE_REGISTRY_PROPERTY DeviceProperty,
                                              ULONG BufferLength, PVOID PropertyBuffer, PULONG ResultLength) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    *ResultLength = 0;
    pnp::DeviceNode* const node = pnp::node_of(DeviceObject);
    if (node == nullptr) return STATUS_INVALID_DEVICE_REQUEST;
    uint32_t needed = 0;
    const NTSTATUS status = pnp::get_property(*node, DeviceProperty, pnp::room(PropertyBuffer, BufferLength), needed);
    *ResultLength = needed;
    return status;
}

/// IoGetDevicePropertyData (wdm.h) reads a property by its key.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BUFFER_TOO_SMALL, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_INVALID_DEVICE_REQUEST
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iogetdevicepropertydata
///   Differs  one text for all languages: Lcid makes no difference
RSL_EXPORT NTSTATUS NTAPI IoGetDevicePropertyData(PDEVICE_OBJECT Pdo, const DEVPROPKEY* PropertyKey, LCID Lcid, ULONG Flags,
                                                  ULONG Size, PVOID Data, PULONG RequiredSize, PDEVPROPTYPE Type) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    pnp::DeviceNode* const node = pnp::node_of(Pdo);
    if (node == nullptr) return STATUS_INVALID_DEVICE_REQUEST;
    uint32_t needed = 0;
    DEVPROPTYPE type = 0;
    const NTSTATUS status = pnp::get_device_keyed(*node, *PropertyKey, pnp::room(Data, Size), needed, type);
    *RequiredSize = needed;
    *Type = type;
    return status;
}

/// IoSetDevicePropertyData (wdm.h) writes a property by its key; no data deletes it.
///   IRQL     <= APC_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_DEVICE_REQUEST
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iosetdevicepropertydata
///   Differs  every property persists; Lcid makes no difference
RSL_EXPORT NTSTATUS NTAPI IoSetDevicePropertyData(PDEVICE_OBJECT Pdo, const DEVPROPKEY* PropertyKey, LCID Lcid, ULONG Flags,
                                                  DEVPROPTYPE Type, ULONG Size, PVOID Data) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    pnp::DeviceNode* const node = pnp::node_of(Pdo);
    if (node == nullptr) return STATUS_INVALID_DEVICE_REQUEST;
    return pnp::set_keyed(node->key_path(), *PropertyKey, Type, pnp::room(Data, Size));
}

/// IoOpenDeviceRegistryKey (wdm.h) opens the hardware or software key of a device.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER; STATUS_OBJECT_NAME_NOT_FOUND
///            for the software key of a device that no INF was installed for
///   Owner    the handle is the driver's, until ZwClose
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioopendeviceregistrykey
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoOpenDeviceRegistryKey(PDEVICE_OBJECT DeviceObject, ULONG DevInstKeyType,
                                                  ACCESS_MASK DesiredAccess, PHANDLE DeviceRegKey) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    const ULONG which = DevInstKeyType & (PLUGPLAY_REGKEY_DEVICE | PLUGPLAY_REGKEY_DRIVER);
    if (which != PLUGPLAY_REGKEY_DEVICE && which != PLUGPLAY_REGKEY_DRIVER) return STATUS_INVALID_PARAMETER;
    pnp::DeviceNode* const node = pnp::node_of(DeviceObject);
    if (node == nullptr) return STATUS_INVALID_PARAMETER;
    const auto key = pnp::device_key(*node, which == PLUGPLAY_REGKEY_DRIVER,
                                     (DevInstKeyType & PLUGPLAY_REGKEY_CURRENT_HWPROFILE) != 0);
    const auto handle = key.handle(DesiredAccess);
    if (!handle) return handle.failure().nt();
    *DeviceRegKey = *handle;
    return STATUS_SUCCESS;
}

/// IoOpenDriverRegistryKey (wdm.h) opens a key that belongs to a driver.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_INVALID_PARAMETER, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the handle is the driver's, until ZwClose
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioopendriverregistrykey
///   Differs  persistent state is a key below the driver's service too
RSL_EXPORT NTSTATUS NTAPI IoOpenDriverRegistryKey(PDRIVER_OBJECT DriverObject, DRIVER_REGKEY_TYPE RegKeyType,
                                                  ACCESS_MASK DesiredAccess, ULONG Flags, PHANDLE DriverRegKey) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    constexpr std::u16string_view kNames[] = {u"\\Parameters", u"\\PersistentState", u"\\SharedPersistentState"};
    const auto service = io::driver_of(*DriverObject).service();
    const auto index = static_cast<size_t>(RegKeyType);
    if (index >= std::size(kNames) || Flags != 0 || service.empty()) return STATUS_INVALID_PARAMETER;
    const auto key = pnp::RegistryKey::make(pnp::PathText(pnp::kServicesPath, service, kNames[index]));
    if (!key) return STATUS_INSUFFICIENT_RESOURCES;
    const auto handle = key.handle(DesiredAccess);
    if (!handle) return handle.failure().nt();
    *DriverRegKey = *handle;
    return STATUS_SUCCESS;
}

// SPDX-License-Identifier: GPL-2.0-only
// Device interfaces.
#include "kernel/pnp/interfaces.hpp"

#include "abi/functions/export.h"
#include "kernel/ke/irql.hpp"
#include "kernel/pnp/exports/arguments.hpp"
#include "kernel/pnp/properties.hpp"

using namespace rsl;

/// IoRegisterDeviceInterface (wdm.h) registers an instance of an interface class.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_EXISTS (it was registered before), STATUS_INVALID_DEVICE_REQUEST
///   Owner    the name is the driver's, until RtlFreeUnicodeString
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioregisterdeviceinterface
///   Differs  names of more than 400 characters are refused
RSL_EXPORT NTSTATUS NTAPI IoRegisterDeviceInterface(PDEVICE_OBJECT PhysicalDeviceObject, const GUID* InterfaceClassGuid,
                                                    PUNICODE_STRING ReferenceString, PUNICODE_STRING SymbolicLinkName) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    pnp::DeviceNode* const node = pnp::node_of(PhysicalDeviceObject);
    if (node == nullptr) return STATUS_INVALID_DEVICE_REQUEST;
    pnp::PathText link;
    const NTSTATUS status = pnp::register_interface(*node, *InterfaceClassGuid, io::text_of(ReferenceString), link);
    if (!NT_SUCCESS(status)) return status;
    const NTSTATUS given = pnp::give_text(link, *SymbolicLinkName);
    return NT_SUCCESS(given) ? status : given;
}

/// IoSetDeviceInterfaceState (wdm.h) enables or disables an interface.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_EXISTS, STATUS_OBJECT_NAME_NOT_FOUND
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iosetdeviceinterfacestate
///   Differs  create requests between this and the end of IRP_MN_START_DEVICE are not failed
RSL_EXPORT NTSTATUS NTAPI IoSetDeviceInterfaceState(PUNICODE_STRING SymbolicLinkName, BOOLEAN Enable) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    if (SymbolicLinkName == nullptr || SymbolicLinkName->Length == 0) return STATUS_INVALID_PARAMETER;
    const auto link = io::text_of(SymbolicLinkName);
    return Enable ? pnp::enable_interface(link) : pnp::disable_interface(link);
}

/// IoGetDeviceInterfaces (wdm.h) lists the interfaces of a class.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS with an empty list when there is none, STATUS_INVALID_DEVICE_REQUEST, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the list is the caller's, until ExFreePool
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iogetdeviceinterfaces
///   Differs  there is no preferred interface that comes first; inactive ones of earlier runs are not listed
RSL_EXPORT NTSTATUS NTAPI IoGetDeviceInterfaces(const GUID* InterfaceClassGuid, PDEVICE_OBJECT PhysicalDeviceObject,
                                                ULONG Flags, PZZWSTR* SymbolicLinkList) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    if (PhysicalDeviceObject != nullptr && pnp::node_of(PhysicalDeviceObject) == nullptr) return STATUS_INVALID_DEVICE_REQUEST;
    const auto list = pnp::list_interfaces(*InterfaceClassGuid, PhysicalDeviceObject,
                                           (Flags & DEVICE_INTERFACE_INCLUDE_NONACTIVE) != 0);
    if (!list) return list.failure().nt();
    *SymbolicLinkList = *list;
    return STATUS_SUCCESS;
}

/// IoGetDeviceInterfaceAlias (wdm.h) finds the interface of another class of the same device.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_INSUFFICIENT_RESOURCES
///   Owner    the name is the caller's, until RtlFreeUnicodeString
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iogetdeviceinterfacealias
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoGetDeviceInterfaceAlias(PUNICODE_STRING SymbolicLinkName, const GUID* AliasInterfaceClassGuid,
                                                    PUNICODE_STRING AliasSymbolicLinkName) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    pnp::PathText alias;
    const auto found = pnp::alias_of(io::text_of(SymbolicLinkName), *AliasInterfaceClassGuid, alias);
    return found ? pnp::give_text(alias, *AliasSymbolicLinkName) : found.failure().nt();
}

/// IoOpenDeviceInterfaceRegistryKey (wdm.h) opens an interface's own key.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND
///   Owner    the handle is the caller's, until ZwClose
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-ioopendeviceinterfaceregistrykey
///   Differs  nothing known
RSL_EXPORT NTSTATUS NTAPI IoOpenDeviceInterfaceRegistryKey(PUNICODE_STRING SymbolicLinkName, ACCESS_MASK DesiredAccess,
                                                           PHANDLE DeviceInterfaceRegKey) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    const auto key = pnp::interface_key(io::text_of(SymbolicLinkName));
    if (!key) return key.failure().nt();
    const auto parameters = pnp::RegistryKey::make(pnp::PathText(key->path(), u"\\Device Parameters"));
    const auto handle = parameters.handle(DesiredAccess);
    if (!handle) return handle.failure().nt();
    *DeviceInterfaceRegKey = *handle;
    return STATUS_SUCCESS;
}

/// IoGetDeviceInterfacePropertyData (wdm.h) reads a property of an interface by its key.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_BUFFER_TOO_SMALL, STATUS_OBJECT_NAME_NOT_FOUND
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iogetdeviceinterfacepropertydata
///   Differs  one text for all languages: Lcid makes no difference
RSL_EXPORT NTSTATUS NTAPI IoGetDeviceInterfacePropertyData(PUNICODE_STRING SymbolicLinkName, const DEVPROPKEY* PropertyKey,
                                                           LCID Lcid, ULONG Flags, ULONG Size, PVOID Data,
                                                           PULONG RequiredSize, PDEVPROPTYPE Type) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    const auto key = pnp::interface_key(io::text_of(SymbolicLinkName));
    if (!key) return key.failure().nt();
    uint32_t needed = 0;
    DEVPROPTYPE type = 0;
    const NTSTATUS status = pnp::get_keyed(key->path(), *PropertyKey, pnp::room(Data, Size), needed, type);
    *RequiredSize = needed;
    *Type = type;
    return status;
}

/// IoSetDeviceInterfacePropertyData (wdm.h) writes a property of an interface; no data deletes it.
///   IRQL     PASSIVE_LEVEL
///   Returns  STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_INSUFFICIENT_RESOURCES
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/wdm/nf-wdm-iosetdeviceinterfacepropertydata
///   Differs  every property persists; Lcid makes no difference
RSL_EXPORT NTSTATUS NTAPI IoSetDeviceInterfacePropertyData(PUNICODE_STRING SymbolicLinkName, const DEVPROPKEY* PropertyKey,
                                                           LCID Lcid, ULONG Flags, DEVPROPTYPE Type, ULONG Size, PVOID Data) {
    RSL_IRQL_AT_MOST(PASSIVE_LEVEL);
    const auto key = pnp::interface_key(io::text_of(SymbolicLinkName));
    if (!key) return key.failure().nt();
    return pnp::set_keyed(key->path(), *PropertyKey, Type, pnp::room(Data, Size));
}

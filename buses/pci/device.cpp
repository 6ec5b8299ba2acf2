// SPDX-License-Identifier: GPL-2.0-only
// A function, as the bus driver at the bottom of its stack answers for it.
#include <cstring>

#include "buses/pci/pci.hpp"

namespace rsl::pci {
namespace {

// GUID_BUS_TYPE_PCI, wdmguid.h
constexpr GUID kBusTypePci = {0xc8ebdfb0, 0xb510, 0x11d0, {0x80, 0xe5, 0x00, 0xa0, 0xc9, 0x25, 0x42, 0xe3}};

/// Text that somebody else frees, or a failure.
NTSTATUS answer_text(PIRP irp, const char16_t* text, size_t units) {
    if (units == 0) return complete(irp, STATUS_INVALID_DEVICE_STATE);
    void* const copy = allocate(units * sizeof(char16_t));
    if (copy == nullptr) return complete(irp, STATUS_INSUFFICIENT_RESOURCES);
    std::memcpy(copy, text, units * sizeof(char16_t));
    return complete(irp, STATUS_SUCCESS, reinterpret_cast<ULONG_PTR>(copy));
}

NTSTATUS query_id(const Device& device, PIRP irp) {
    char16_t text[320];
    switch (location_of(irp).Parameters.QueryId.IdType) {
        case BusQueryDeviceID: return answer_text(irp, text, write_device_id(device.identity, text));
        case BusQueryHardwareIDs: return answer_text(irp, text, write_hardware_ids(device.identity, text));
        case BusQueryCompatibleIDs: return answer_text(irp, text, write_compatible_ids(device.identity, text));
        case BusQueryInstanceID:
            return answer_text(irp, text, write_instance_id(device.device_number, device.function_number, text));
        default: return complete_unchanged(irp);
    }
}

NTSTATUS query_text(const Device& device, PIRP irp) {
    char16_t text[64];
    if (location_of(irp).Parameters.QueryDeviceText.DeviceTextType == DeviceTextLocationInformation) {
        return answer_text(irp, text, write_location(device.bus_number, device.device_number, device.function_number, text));
    }
    const std::u16string_view description = describe_class(device.identity);
    description.copy(text, description.size());
    text[description.size()] = 0;
    return answer_text(irp, text, description.size() + 1);
}

NTSTATUS query_capabilities(const Device& device, PIRP irp) {
    DEVICE_CAPABILITIES& capabilities = *location_of(irp).Parameters.DeviceCapabilities.Capabilities;
    if (capabilities.Version != 1 || capabilities.Size < sizeof(DEVICE_CAPABILITIES)) return complete(irp, STATUS_UNSUCCESSFUL);
    capabilities.Address = static_cast<ULONG>(device.device_number) << 16 | device.function_number;
    capabilities.UniqueID = 0;
    // Behind a port with a slot it can be pulled out.
    capabilities.Removable = capabilities.SurpriseRemovalOK = device.bus->bridge >= 0 ? 1 : 0;
    describe_power(device, capabilities);
    return complete(irp, STATUS_SUCCESS);
}

NTSTATUS query_bus(const Device& device, PIRP irp) {
    auto* bus = static_cast<PNP_BUS_INFORMATION*>(allocate(sizeof(PNP_BUS_INFORMATION)));
    if (bus == nullptr) return complete(irp, STATUS_INSUFFICIENT_RESOURCES);
    *bus = {kBusTypePci, PCIBus, device.bus_number};
    return complete(irp, STATUS_SUCCESS, reinterpret_cast<ULONG_PTR>(bus));
}

NTSTATUS target_relation(Device& device, PIRP irp) {
    auto* relations = static_cast<DEVICE_RELATIONS*>(allocate(sizeof(DEVICE_RELATIONS)));
    if (relations == nullptr) return complete(irp, STATUS_INSUFFICIENT_RESOURCES);
    ObfReferenceObject(device.pdo);
    relations->Count = 1;
    relations->Objects[0] = device.pdo;
    return complete(irp, STATUS_SUCCESS, reinterpret_cast<ULONG_PTR>(relations));
}

NTSTATUS transfer_config(Device& device, PIRP irp, bool write) {
    const auto& parameters = location_of(irp).Parameters.ReadWriteConfig;
    if (parameters.WhichSpace != PCI_WHICHSPACE_CONFIG) return complete(irp, STATUS_INVALID_PARAMETER);
    const ULONG done = write ? write_config(device, parameters.Buffer, parameters.Offset, parameters.Length)
                             : read_config(device, parameters.Buffer, parameters.Offset, parameters.Length);
    return complete(irp, done == parameters.Length ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER, done);
}

/// A device that has started is in D0 and decodes its ranges.
NTSTATUS start(Device& device, PIRP irp) {
    const NTSTATUS status = power_up(device);
    if (!NT_SUCCESS(status)) return complete(irp, status);
    enable_decoding(device);
    device.started = true;
    return complete(irp, STATUS_SUCCESS);
}

NTSTATUS remove(Device& device, PIRP irp) {
    device.started = false;
    const bool present = device.present;
    const NTSTATUS status = complete(irp, STATUS_SUCCESS);
    if (!present) forget_device(device);  // pulled out; else it stays, for a driver to come
    return status;
}

}  // namespace

NTSTATUS pnp_of_device(Device& device, PIRP irp) {
    switch (location_of(irp).MinorFunction) {
        case IRP_MN_START_DEVICE: return start(device, irp);
        case IRP_MN_STOP_DEVICE: device.started = false; return complete(irp, STATUS_SUCCESS);
        case IRP_MN_QUERY_STOP_DEVICE:
        case IRP_MN_CANCEL_STOP_DEVICE:
        case IRP_MN_QUERY_REMOVE_DEVICE:
        case IRP_MN_CANCEL_REMOVE_DEVICE:
        case IRP_MN_SURPRISE_REMOVAL:
        case IRP_MN_DEVICE_USAGE_NOTIFICATION: return complete(irp, STATUS_SUCCESS);
        case IRP_MN_REMOVE_DEVICE: return remove(device, irp);
        case IRP_MN_QUERY_ID: return query_id(device, irp);
        case IRP_MN_QUERY_DEVICE_TEXT: return query_text(device, irp);
        case IRP_MN_QUERY_CAPABILITIES: return query_capabilities(device, irp);
        case IRP_MN_QUERY_BUS_INFORMATION: return query_bus(device, irp);
        case IRP_MN_QUERY_INTERFACE: return query_interface(device, irp);
        case IRP_MN_READ_CONFIG: return transfer_config(device, irp, false);
        case IRP_MN_WRITE_CONFIG: return transfer_config(device, irp, true);
        case IRP_MN_QUERY_RESOURCES: {
            CM_RESOURCE_LIST* const list = boot_resources(device);
            return list == nullptr ? complete_unchanged(irp)
                                   : complete(irp, STATUS_SUCCESS, reinterpret_cast<ULONG_PTR>(list));
        }
        case IRP_MN_QUERY_RESOURCE_REQUIREMENTS: {
            IO_RESOURCE_REQUIREMENTS_LIST* const list = requirements(device);
            return list == nullptr ? complete_unchanged(irp)
                                   : complete(irp, STATUS_SUCCESS, reinterpret_cast<ULONG_PTR>(list));
        }
        case IRP_MN_QUERY_DEVICE_RELATIONS:
            if (location_of(irp).Parameters.QueryDeviceRelations.Type == TargetDeviceRelation) return target_relation(device, irp);
            return complete_unchanged(irp);
        default: return complete_unchanged(irp);
    }
}

}  // namespace rsl::pci

// SPDX-License-Identifier: GPL-2.0-only
// BUS_INTERFACE_STANDARD: configuration space, addresses and DMA adapters for drivers above.
#include <cstring>

#include "buses/pci/pci.hpp"

namespace rsl::pci {
namespace {

// GUID_BUS_INTERFACE_STANDARD, wdmguid.h
constexpr GUID kBusInterface = {0x496b8280, 0x6f25, 0x11d0, {0xbe, 0xaf, 0x08, 0x00, 0x2b, 0xe2, 0x09, 0x2f}};

Device& device_of(PVOID context) { return *static_cast<Device*>(context); }

VOID NTAPI add_reference(PVOID context) { ObfReferenceObject(device_of(context).pdo); }
VOID NTAPI drop_reference(PVOID context) { ObfDereferenceObject(device_of(context).pdo); }

BOOLEAN NTAPI translate(PVOID context, PHYSICAL_ADDRESS address, ULONG length, PULONG space, PPHYSICAL_ADDRESS translated) {
    return HalTranslateBusAddress(PCIBus, device_of(context).bus_number, address, space, translated);
}

PDMA_ADAPTER NTAPI get_dma_adapter(PVOID context, PDEVICE_DESCRIPTION description, PULONG map_registers) {
    return IoGetDmaAdapter(device_of(context).pdo, description, map_registers);
}

ULONG NTAPI set_data(PVOID context, ULONG type, PVOID buffer, ULONG offset, ULONG length) {
    return type == PCI_WHICHSPACE_CONFIG ? write_config(device_of(context), buffer, offset, length) : 0;
}
ULONG NTAPI get_data(PVOID context, ULONG type, PVOID buffer, ULONG offset, ULONG length) {
    return type == PCI_WHICHSPACE_CONFIG ? read_config(device_of(context), buffer, offset, length) : 0;
}

}  // namespace

ULONG read_config(const Device& device, void* buffer, ULONG offset, ULONG length) {
    return HalGetBusDataByOffset(PCIConfiguration, device.bus_number, device.slot(), buffer, offset, length);
}
ULONG write_config(const Device& device, const void* buffer, ULONG offset, ULONG length) {
    return HalSetBusDataByOffset(PCIConfiguration, device.bus_number, device.slot(), const_cast<void*>(buffer), offset, length);
}

NTSTATUS query_interface(Device& device, PIRP irp) {
    const auto& asked = location_of(irp).Parameters.QueryInterface;
    if (std::memcmp(asked.InterfaceType, &kBusInterface, sizeof(GUID)) != 0) return complete_unchanged(irp);
    if (asked.Size < sizeof(BUS_INTERFACE_STANDARD)) return complete(irp, STATUS_INVALID_PARAMETER);
    auto& standard = *reinterpret_cast<BUS_INTERFACE_STANDARD*>(asked.Interface);
    standard = {};
    standard.Size = sizeof(standard);
    standard.Version = 1;
    standard.Context = &device;
    standard.InterfaceReference = &add_reference;
    standard.InterfaceDereference = &drop_reference;
    standard.TranslateBusAddress = &translate;
    standard.GetDmaAdapter = &get_dma_adapter;
    standard.SetBusData = &set_data;
    standard.GetBusData = &get_data;
    add_reference(&device);  // as documented: a provider hands its interface out referenced
    return complete(irp, STATUS_SUCCESS);
}

}  // namespace rsl::pci

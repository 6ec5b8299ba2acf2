// SPDX-License-Identifier: GPL-2.0-only
// Registers, ports and configuration space of an adapter.
#include "classes/ndis/handles.hpp"

namespace rsl::ndis {
namespace {

/// Whether ports or memory of the adapter's own cover a range.
bool owns(const Adapter& adapter, UCHAR type, uint64_t start, uint64_t length) {
    if (adapter.resources == nullptr) return false;
    for (ULONG i = 0; i < adapter.resources->Count; ++i) {
        const CM_PARTIAL_RESOURCE_DESCRIPTOR& resource = adapter.resources->PartialDescriptors[i];
        if (resource.Type != type) continue;
        const auto base = static_cast<uint64_t>(resource.u.Generic.Start.QuadPart);
        if (start >= base && length <= resource.u.Generic.Length &&
            start - base <= resource.u.Generic.Length - length)
            return true;
    }
    return false;
}

}  // namespace
}  // namespace rsl::ndis

using namespace rsl::ndis;

/// NdisMMapIoSpace (ndis.h) maps a device's memory.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCES, NDIS_STATUS_RESOURCE_CONFLICT: not the
///   adapter's Owner    the driver, until NdisMUnmapIoSpace Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismmapiospace Differs  nothing
///   known
RSL_EXPORT NDIS_STATUS NTAPI NdisMMapIoSpace(PVOID* VirtualAddress,
                                             NDIS_HANDLE MiniportAdapterHandle,
                                             NDIS_PHYSICAL_ADDRESS PhysicalAddress,
                                             NDIS_UINT Length) {
    *VirtualAddress = nullptr;
    if (!owns(*adapter_of(MiniportAdapterHandle), CmResourceTypeMemory,
              static_cast<uint64_t>(PhysicalAddress.QuadPart), Length)) {
        return NDIS_STATUS_RESOURCE_CONFLICT;
    }
    *VirtualAddress = MmMapIoSpace(PhysicalAddress, Length, MmNonCached);
    return *VirtualAddress == nullptr ? NDIS_STATUS_RESOURCES : NDIS_STATUS_SUCCESS;
}

/// NdisMUnmapIoSpace (ndis.h) ends a mapping.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismunmapiospace
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMUnmapIoSpace(NDIS_HANDLE, PVOID VirtualAddress, NDIS_UINT Length) {
    MmUnmapIoSpace(VirtualAddress, Length);
}

/// NdisMRegisterIoPortRange (ndis.h) gives access to a device's ports.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCE_CONFLICT: not the adapter's
///   Owner    the driver, until NdisMDeregisterIoPortRange
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismregisterioportrange
///   Differs  nothing known
RSL_EXPORT NDIS_STATUS NTAPI NdisMRegisterIoPortRange(PVOID* PortOffset,
                                                      NDIS_HANDLE MiniportAdapterHandle,
                                                      NDIS_UINT InitialPort,
                                                      NDIS_UINT NumberOfPorts) {
    *PortOffset = nullptr;
    if (!owns(*adapter_of(MiniportAdapterHandle), CmResourceTypePort, InitialPort, NumberOfPorts))
        return NDIS_STATUS_RESOURCE_CONFLICT;
    *PortOffset = reinterpret_cast<void*>(
        uintptr_t{InitialPort});  // ports are not mapped on this architecture
    return NDIS_STATUS_SUCCESS;
}

/// NdisMDeregisterIoPortRange (ndis.h) ends that.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismderegisterioportrange
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMDeregisterIoPortRange(NDIS_HANDLE, NDIS_UINT, NDIS_UINT, PVOID) {}

/// NdisMGetBusData (ndis.h) reads configuration space.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  how many bytes it read
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismgetbusdata
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI NdisMGetBusData(NDIS_HANDLE NdisMiniportHandle, ULONG WhichSpace,
                                       ULONG Offset, PVOID Buffer, ULONG Length) {
    const BUS_INTERFACE_STANDARD& bus = adapter_of(NdisMiniportHandle)->bus;
    return bus.GetBusData == nullptr
               ? 0
               : bus.GetBusData(bus.Context, WhichSpace, Buffer, Offset, Length);
}

/// NdisMSetBusData (ndis.h) writes configuration space.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  how many bytes it wrote
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismsetbusdata
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI NdisMSetBusData(NDIS_HANDLE NdisMiniportHandle, ULONG WhichSpace,
                                       ULONG Offset, PVOID Buffer, ULONG Length) {
    const BUS_INTERFACE_STANDARD& bus = adapter_of(NdisMiniportHandle)->bus;
    return bus.SetBusData == nullptr
               ? 0
               : bus.SetBusData(bus.Context, WhichSpace, Buffer, Offset, Length);
}

// SPDX-License-Identifier: GPL-2.0-only
// NDIS 5's ways to DMA: packets that come with scatter/gather lists; map registers, by which a
// driver has one buffer after the other mapped itself; shared memory that comes later.
#include <new>

#include "abi/functions/ndis_legacy.h"
#include "classes/ndis/guards.hpp"
#include "classes/ndis/legacy/miniport.hpp"

namespace rsl::ndis::legacy {

/// A buffer that is mapped, or is being.
struct Mapping {
    DMA_ADAPTER* dma;
    SCATTER_GATHER_LIST* list;
    bool to_device;
    std::atomic<int> side;  // how many of asker and list are there: the second knows
};

struct MapRegisters {
    DMA_ADAPTER* dma;
    ULONG count;
    Mapping* mappings[];  // null: not in use
};

namespace {

void put_list(DMA_ADAPTER& dma, SCATTER_GATHER_LIST* list, bool to_device) {
    AtDispatch raised;
    dma.DmaOperations->PutScatterGatherList(&dma, list, to_device);
}

void unmap(Mapping* mapping) {
    put_list(*mapping->dma, mapping->list, mapping->to_device);
    release(mapping);
}

/// True for the first of the two.
bool is_first(Mapping& mapping) {
    return mapping.side.fetch_add(1, std::memory_order_acq_rel) == 0;  // with the other one's
}

void NTAPI mapped(DEVICE_OBJECT*, IRP*, SCATTER_GATHER_LIST* list, void* context) {
    auto* const mapping = static_cast<Mapping*>(context);
    mapping->list = list;
    if (!is_first(*mapping)) unmap(mapping);  // nobody waits any more
}

/// nullptr when the list does not come at once.
Mapping* map(MapRegisters& all, DEVICE_OBJECT& device, MDL& buffer, bool to_device) {
    void* const memory = allocate(sizeof(Mapping), kTag);
    if (memory == nullptr) return nullptr;
    auto* const mapping = ::new (memory) Mapping{all.dma, nullptr, to_device, 0};
    AtDispatch raised;
    const NTSTATUS status = all.dma->DmaOperations->GetScatterGatherList(
        all.dma, &device, &buffer, static_cast<std::byte*>(buffer.StartVa) + buffer.ByteOffset,
        buffer.ByteCount, &mapped, mapping, to_device);
    if (status < 0) {
        release(mapping);
        return nullptr;
    }
    return is_first(*mapping) ? nullptr : mapping;
}

/// Memory that is allocated in a work item.
struct SharedMemory {
    PIO_WORKITEM item;
    Adapter* adapter;
    ULONG bytes;
    BOOLEAN cached;
    void* context;
};

void NTAPI allocate_shared(DEVICE_OBJECT*, void* argument) {
    auto* const wanted = static_cast<SharedMemory*>(argument);
    void* memory = nullptr;
    NDIS_PHYSICAL_ADDRESS address = {};
    NdisMAllocateSharedMemory(wanted->adapter, wanted->bytes, wanted->cached, &memory, &address);
    Miniport& miniport = miniport_of(wanted->adapter);
    {
        Entered inside{miniport};
        miniport.driver->calls.AllocateCompleteHandler(miniport.context, memory, &address,
                                                       wanted->bytes, wanted->context);
    }
    IoFreeWorkItem(wanted->item);
    release(wanted);
}

}  // namespace

void free_map_registers(Miniport& miniport) {
    MapRegisters* const all = miniport.map_registers;
    if (all == nullptr) return;
    miniport.map_registers = nullptr;
    all->dma->DmaOperations->PutDmaAdapter(all->dma);
    release(all);
}

}  // namespace rsl::ndis::legacy

using namespace rsl::ndis;
using namespace rsl::ndis::legacy;

/// NdisMInitializeScatterGatherDma (ndis.h) lets packets that are sent come with their
/// scatter/gather lists, until the adapter is halted.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCES, NDIS_STATUS_FAILURE: it has such already
///   Owner    NDIS
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismregisterscattergatherdma
///   Differs  nothing known
RSL_EXPORT NDIS_STATUS NTAPI NdisMInitializeScatterGatherDma(NDIS_HANDLE MiniportAdapterHandle,
                                                             BOOLEAN Dma64BitAddresses,
                                                             ULONG MaximumPhysicalMapping) {
    Miniport& miniport = miniport_of(MiniportAdapterHandle);
    if (miniport.dma != nullptr) return NDIS_STATUS_FAILURE;
    NDIS_SG_DMA_DESCRIPTION description = {};
    description.Header = {NDIS_OBJECT_TYPE_SG_DMA_DESCRIPTION, 1, sizeof(description)};
    description.Flags = Dma64BitAddresses ? NDIS_SG_DMA_64_BIT_ADDRESS : 0;
    description.MaximumPhysicalMapping = MaximumPhysicalMapping;
    description.ProcessSGListHandler = &sg_list_ready;
    return NdisMRegisterScatterGatherDma(MiniportAdapterHandle, &description, &miniport.dma);
}

/// NdisMAllocateMapRegisters (ndis.h) lets a bus master's driver map so many buffers at a time.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCES: no memory, or it has some already
///   Owner    the driver, until NdisMFreeMapRegisters
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismregisterscattergatherdma
///   Differs  DmaChannel is not looked at: slave DMA does not exist
RSL_EXPORT NDIS_STATUS NTAPI NdisMAllocateMapRegisters(NDIS_HANDLE MiniportAdapterHandle, NDIS_UINT,
                                                       UCHAR DmaSize,
                                                       ULONG PhysicalMapRegistersNeeded,
                                                       ULONG MaximumPhysicalMapping) {
    constexpr UCHAR kDma64Bits = 2;
    constexpr ULONG kMost = 4096;
    Miniport& miniport = miniport_of(MiniportAdapterHandle);
    if (miniport.map_registers != nullptr || PhysicalMapRegistersNeeded == 0 ||
        PhysicalMapRegistersNeeded > kMost)
        return NDIS_STATUS_RESOURCES;
    auto* const all = static_cast<MapRegisters*>(
        allocate(sizeof(MapRegisters) + PhysicalMapRegistersNeeded * sizeof(Mapping*), kTag));
    if (all == nullptr) return NDIS_STATUS_RESOURCES;
    all->dma = open_dma(*miniport.adapter, DmaSize == kDma64Bits, MaximumPhysicalMapping);
    if (all->dma == nullptr) {
        release(all);
        return NDIS_STATUS_RESOURCES;
    }
    all->count = PhysicalMapRegistersNeeded;
    miniport.map_registers = all;
    return NDIS_STATUS_SUCCESS;
}

/// NdisMFreeMapRegisters (ndis.h) frees them. No buffer may be mapped.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismderegisterscattergatherdma
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMFreeMapRegisters(NDIS_HANDLE MiniportAdapterHandle) {
    free_map_registers(miniport_of(MiniportAdapterHandle));
}

/// NdisMStartBufferPhysicalMapping (ndis.h) maps a buffer for the device.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing; in PhysicalAddressArray where the buffer's pieces are, in ArraySize how many
///   Owner    the map register is in use until NdisMCompleteBufferPhysicalMapping
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismallocatenetbuffersglist
///   Differs  ArraySize is 0 when the system's own map registers, for a device that does not reach
///   all memory, are all in use, or PhysicalMapRegister is none of the driver's
RSL_EXPORT VOID NTAPI NdisMStartBufferPhysicalMapping(
    NDIS_HANDLE MiniportAdapterHandle, PNDIS_BUFFER Buffer, ULONG PhysicalMapRegister,
    BOOLEAN WriteToDevice, PNDIS_PHYSICAL_ADDRESS_UNIT PhysicalAddressArray, PNDIS_UINT ArraySize) {
    Miniport& miniport = miniport_of(MiniportAdapterHandle);
    MapRegisters* const all = miniport.map_registers;
    *ArraySize = 0;
    if (all == nullptr || PhysicalMapRegister >= all->count) return;
    Mapping* const mapping = map(*all, *miniport.adapter->device, *Buffer, WriteToDevice != 0);
    all->mappings[PhysicalMapRegister] = mapping;
    if (mapping == nullptr) return;
    const SCATTER_GATHER_LIST& list = *mapping->list;
    for (ULONG i = 0; i < list.NumberOfElements; ++i) {
        PhysicalAddressArray[i].PhysicalAddress = list.Elements[i].Address;
        PhysicalAddressArray[i].Length = list.Elements[i].Length;
    }
    *ArraySize = list.NumberOfElements;
}

/// NdisMCompleteBufferPhysicalMapping (ndis.h) ends a mapping; what the device has written is in
/// the buffer now.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismfreenetbuffersglist
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMCompleteBufferPhysicalMapping(NDIS_HANDLE MiniportAdapterHandle,
                                                         PNDIS_BUFFER, ULONG PhysicalMapRegister) {
    MapRegisters* const all = miniport_of(MiniportAdapterHandle).map_registers;
    if (all == nullptr || PhysicalMapRegister >= all->count) return;
    Mapping* const mapping = all->mappings[PhysicalMapRegister];
    all->mappings[PhysicalMapRegister] = nullptr;
    if (mapping != nullptr) unmap(mapping);
}

/// NdisMAllocateSharedMemoryAsync (ndis.h) allocates memory that device and driver see alike, and
/// hands it to MiniportAllocateComplete; NULL when there is none. A driver does not halt before
/// that.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  NDIS_STATUS_PENDING, NDIS_STATUS_RESOURCES, NDIS_STATUS_FAILURE: there is no such
///   handler
///   Owner    the driver, until NdisMFreeSharedMemory
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismallocatesharedmemoryasyncex
///   Differs  nothing known
RSL_EXPORT NDIS_STATUS NTAPI NdisMAllocateSharedMemoryAsync(NDIS_HANDLE MiniportAdapterHandle,
                                                            ULONG Length, BOOLEAN Cached,
                                                            PVOID Context) {
    Adapter& adapter = *adapter_of(MiniportAdapterHandle);
    if (miniport_of(MiniportAdapterHandle).driver->calls.AllocateCompleteHandler == nullptr)
        return NDIS_STATUS_FAILURE;
    auto* const wanted = static_cast<SharedMemory*>(allocate(sizeof(SharedMemory), kTag));
    if (wanted == nullptr) return NDIS_STATUS_RESOURCES;
    *wanted = {.item = IoAllocateWorkItem(adapter.device),
               .adapter = &adapter,
               .bytes = Length,
               .cached = Cached,
               .context = Context};
    if (wanted->item == nullptr) {
        release(wanted);
        return NDIS_STATUS_RESOURCES;
    }
    IoQueueWorkItem(wanted->item, &allocate_shared, DelayedWorkQueue, wanted);
    return NDIS_STATUS_PENDING;
}

// SPDX-License-Identifier: GPL-2.0-only
// Scatter/gather lists of net buffers, and memory that a device and its driver share.
#include "abi/functions/hal.h"
#include "classes/ndis/guards.hpp"
#include "classes/ndis/handles.hpp"

namespace rsl::ndis {
namespace {

constexpr ULONG kSharedMemoryMaximum = 0x10000000;

struct Dma {
    Adapter* adapter;
    DMA_ADAPTER* dma;
    MINIPORT_PROCESS_SG_LIST_HANDLER process;
    ULONG list_bytes;
};

/// What the callback of one list needs; gone when it has run.
struct Pending {
    Dma* dma;
    void* context;
};

void NTAPI list_ready(DEVICE_OBJECT* device, IRP*, SCATTER_GATHER_LIST* list, void* context) {
    auto* pending = static_cast<Pending*>(context);
    const Pending copy = *pending;
    release(pending);
    copy.dma->process(device, nullptr, list, copy.context);
}

/// From the start of the buffer's current MDL, as documented: CurrentMdlOffset bytes more than the
/// data.
NTSTATUS start_list(Dma& dma, NET_BUFFER& buffer, Pending* pending, bool to_device, void* memory,
                    ULONG bytes) {
    MDL* const mdl = buffer.CurrentMdl;
    void* const start = static_cast<std::byte*>(mdl->StartVa) + mdl->ByteOffset;
    const ULONG length = buffer.CurrentMdlOffset + buffer.DataLength;
    const DMA_OPERATIONS& calls = *dma.dma->DmaOperations;
    AtDispatch raised;
    if (memory != nullptr) {
        const NTSTATUS status =
            calls.BuildScatterGatherList(dma.dma, dma.adapter->device, mdl, start, length,
                                         &list_ready, pending, to_device, memory, bytes);
        if (status != STATUS_BUFFER_TOO_SMALL) return status;
    }
    return calls.GetScatterGatherList(dma.dma, dma.adapter->device, mdl, start, length, &list_ready,
                                      pending, to_device);
}

/// The DMA adapter for shared memory, made at the first use.
DMA_ADAPTER* shared_dma(Adapter& adapter) {
    if (adapter.dma == nullptr) adapter.dma = open_dma(adapter, true, kSharedMemoryMaximum);
    return adapter.dma;
}

}  // namespace

DMA_ADAPTER* open_dma(const Adapter& adapter, bool wide, ULONG maximum) {
    DEVICE_DESCRIPTION description = {};
    description.Version = DEVICE_DESCRIPTION_VERSION2;
    description.Master = TRUE;
    description.ScatterGather = TRUE;
    description.Dma32BitAddresses = TRUE;
    description.Dma64BitAddresses = wide;
    description.InterfaceType = PCIBus;
    description.MaximumLength = maximum;
    ULONG registers = 0;
    return IoGetDmaAdapter(adapter.physical, &description, &registers);
}

}  // namespace rsl::ndis

using namespace rsl::ndis;

/// NdisMRegisterScatterGatherDma (ndis.h) prepares an adapter for DMA of net buffers.
///   IRQL     PASSIVE_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCES, NDIS_STATUS_BAD_CHARACTERISTICS
///   Owner    the driver, until NdisMDeregisterScatterGatherDma
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismregisterscattergatherdma
///   Differs  SharedMemAllocateCompleteHandler is never called: there is no
///   NdisMAllocateSharedMemoryAsyncEx yet
RSL_EXPORT NDIS_STATUS NTAPI NdisMRegisterScatterGatherDma(NDIS_HANDLE MiniportAdapterHandle,
                                                           PNDIS_SG_DMA_DESCRIPTION DmaDescription,
                                                           PNDIS_HANDLE NdisMiniportDmaHandle) {
    *NdisMiniportDmaHandle = nullptr;
    NDIS_SG_DMA_DESCRIPTION& description = *DmaDescription;
    if (description.Header.Type != NDIS_OBJECT_TYPE_SG_DMA_DESCRIPTION ||
        description.ProcessSGListHandler == nullptr) {
        return NDIS_STATUS_BAD_CHARACTERISTICS;
    }
    auto* dma = static_cast<Dma*>(allocate(sizeof(Dma), kTag));
    if (dma == nullptr) return NDIS_STATUS_RESOURCES;
    dma->adapter = adapter_of(MiniportAdapterHandle);
    dma->process = description.ProcessSGListHandler;
    const bool wide = (description.Flags & NDIS_SG_DMA_64_BIT_ADDRESS) != 0;
    dma->dma = open_dma(*dma->adapter, wide, description.MaximumPhysicalMapping);
    ULONG registers = 0;
    void* const worst = reinterpret_cast<void*>(uintptr_t{PAGE_SIZE - 1});  // the most pages
    if (dma->dma == nullptr || dma->dma->DmaOperations->CalculateScatterGatherList(
                                   dma->dma, nullptr, worst, description.MaximumPhysicalMapping,
                                   &dma->list_bytes, &registers) < 0) {
        if (dma->dma != nullptr) dma->dma->DmaOperations->PutDmaAdapter(dma->dma);
        release(dma);
        return NDIS_STATUS_RESOURCES;
    }
    description.ScatterGatherListSize = dma->list_bytes;
    dma->adapter->sg_dma = dma->dma;
    *NdisMiniportDmaHandle = dma;
    return NDIS_STATUS_SUCCESS;
}

/// NdisMDeregisterScatterGatherDma (ndis.h) ends it.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismderegisterscattergatherdma
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMDeregisterScatterGatherDma(NDIS_HANDLE NdisMiniportDmaHandle) {
    auto* dma = static_cast<Dma*>(NdisMiniportDmaHandle);
    if (dma->adapter->sg_dma == dma->dma) dma->adapter->sg_dma = nullptr;
    dma->dma->DmaOperations->PutDmaAdapter(dma->dma);
    release(dma);
}

/// NdisMAllocateNetBufferSGList (ndis.h) makes a buffer's scatter/gather list and hands it to
/// MiniportProcessSGList.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCES
///   Owner    the driver, until NdisMFreeNetBufferSGList
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismallocatenetbuffersglist
///   Differs  nothing known
RSL_EXPORT NDIS_STATUS NTAPI NdisMAllocateNetBufferSGList(NDIS_HANDLE NdisMiniportDmaHandle,
                                                          PNET_BUFFER NetBuffer, PVOID Context,
                                                          ULONG Flags,
                                                          PVOID ScatterGatherListBuffer,
                                                          ULONG ScatterGatherListBufferSize) {
    auto& dma = *static_cast<Dma*>(NdisMiniportDmaHandle);
    auto* pending = static_cast<Pending*>(allocate(sizeof(Pending), kTag));
    if (pending == nullptr || NetBuffer->CurrentMdl == nullptr) {
        release(pending);
        return NDIS_STATUS_RESOURCES;
    }
    *pending = {&dma, Context};
    const bool to_device = (Flags & NDIS_SG_LIST_WRITE_TO_DEVICE) != 0;
    if (start_list(dma, *NetBuffer, pending, to_device, ScatterGatherListBuffer,
                   ScatterGatherListBufferSize) >= 0) {
        return NDIS_STATUS_SUCCESS;
    }
    release(pending);  // the callback has not been called
    return NDIS_STATUS_RESOURCES;
}

/// NdisMFreeNetBufferSGList (ndis.h) frees such a list.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismfreenetbuffersglist
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMFreeNetBufferSGList(NDIS_HANDLE NdisMiniportDmaHandle,
                                               PSCATTER_GATHER_LIST pSGL, PNET_BUFFER) {
    auto& dma = *static_cast<Dma*>(NdisMiniportDmaHandle);
    AtDispatch raised;
    dma.dma->DmaOperations->PutScatterGatherList(dma.dma, pSGL, TRUE);
}

/// NdisMAllocateSharedMemory (ndis.h) allocates memory that device and driver see alike.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing; VirtualAddress is NULL when there is none
///   Owner    the driver, until NdisMFreeSharedMemory
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismallocatesharedmemory
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMAllocateSharedMemory(NDIS_HANDLE MiniportAdapterHandle, ULONG Length,
                                                BOOLEAN Cached, PVOID* VirtualAddress,
                                                PNDIS_PHYSICAL_ADDRESS PhysicalAddress) {
    *VirtualAddress = nullptr;
    PhysicalAddress->QuadPart = 0;
    DMA_ADAPTER* const dma = shared_dma(*adapter_of(MiniportAdapterHandle));
    if (dma != nullptr)
        *VirtualAddress =
            dma->DmaOperations->AllocateCommonBuffer(dma, Length, PhysicalAddress, Cached);
}

/// NdisMFreeSharedMemory (ndis.h) frees it.
///   IRQL     PASSIVE_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismfreesharedmemory
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMFreeSharedMemory(NDIS_HANDLE MiniportAdapterHandle, ULONG Length,
                                            BOOLEAN Cached, PVOID VirtualAddress,
                                            NDIS_PHYSICAL_ADDRESS PhysicalAddress) {
    DMA_ADAPTER* const dma = adapter_of(MiniportAdapterHandle)->dma;
    if (dma != nullptr)
        dma->DmaOperations->FreeCommonBuffer(dma, Length, PhysicalAddress, VirtualAddress, Cached);
}

/// NdisMGetDmaAlignment (ndis.h) tells what buffers for a device are best aligned to.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  bytes, a power of two
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismgetdmaalignment
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI NdisMGetDmaAlignment(NDIS_HANDLE MiniportAdapterHandle) {
    DMA_ADAPTER* const dma = adapter_of(MiniportAdapterHandle)->sg_dma;
    return dma == nullptr ? 1 : dma->DmaOperations->GetDmaAlignment(dma);
}

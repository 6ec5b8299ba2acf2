// SPDX-License-Identifier: GPL-2.0-only
// NDIS 5's buffers, which are MDLs, their chains in packets, and memory. NdisFreeBuffer is
// IoFreeMdl in every driver, so a pool of buffers can count nothing.
#include <algorithm>
#include <cstring>

#include "abi/functions/export.h"
#include "abi/functions/mm.h"
#include "abi/functions/ndis_legacy.h"
#include "classes/ndis/legacy/packets.hpp"
#include "classes/ndis/memory.hpp"

using namespace rsl::ndis;
using namespace rsl::ndis::legacy;

namespace {

constinit char buffer_pool = 0;  // its address is the handle of every buffer pool

/// A place in a chain of MDLs.
struct Place {
    MDL* mdl;
    ULONG offset;

    /// Forward to where a byte is; false at the end of the chain.
    bool settle() {
        while (mdl != nullptr && offset >= mdl->ByteCount) {
            offset -= mdl->ByteCount;
            mdl = mdl->Next;
        }
        return mdl != nullptr;
    }
};

/// The bytes that it copied: less than wanted when a chain ends or cannot be mapped.
NDIS_UINT copy(Place to, Place from, NDIS_UINT bytes) {
    NDIS_UINT done = 0;
    while (done < bytes && to.settle() && from.settle()) {
        const ULONG here = std::min(
            {bytes - done, to.mdl->ByteCount - to.offset, from.mdl->ByteCount - from.offset});
        std::byte* const target = address_of(*to.mdl);
        const std::byte* const source = address_of(*from.mdl);
        if (target == nullptr || source == nullptr) break;
        std::memmove(target + to.offset, source + from.offset, here);
        to.offset += here;
        from.offset += here;
        done += here;
    }
    return done;
}

}  // namespace

/// NdisAllocateBufferPool (ndis.h) gets a handle for NdisAllocateBuffer.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  in Status: NDIS_STATUS_SUCCESS
///   Owner    the driver, until NdisFreeBufferPool
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatebufferpool
///   Differs  NumberOfDescriptors is no limit: buffers are the system's MDLs
RSL_EXPORT VOID NTAPI NdisAllocateBufferPool(PNDIS_STATUS Status, PNDIS_HANDLE PoolHandle,
                                             NDIS_UINT) {
    *PoolHandle = &buffer_pool;
    *Status = NDIS_STATUS_SUCCESS;
}

/// NdisFreeBufferPool (ndis.h) gives the handle back. Buffers that are out stay.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatebufferpool
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFreeBufferPool(NDIS_HANDLE) {}

/// NdisAllocateBuffer (ndis.h) describes nonpaged memory by a buffer.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  in Status: NDIS_STATUS_SUCCESS, NDIS_STATUS_FAILURE
///   Owner    the driver, until NdisFreeBuffer, which is IoFreeMdl
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatebuffer
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisAllocateBuffer(PNDIS_STATUS Status, PNDIS_BUFFER* Buffer, NDIS_HANDLE,
                                         PVOID VirtualAddress, NDIS_UINT Length) {
    *Buffer = make_mdl(VirtualAddress, Length);
    *Status = *Buffer == nullptr ? NDIS_STATUS_FAILURE : NDIS_STATUS_SUCCESS;
}

/// NdisCopyBuffer (ndis.h) describes a part of what a buffer describes.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  in Status: NDIS_STATUS_SUCCESS, NDIS_STATUS_FAILURE: no memory, or not a part of it
///   Owner    the driver, until NdisFreeBuffer; the memory stays the other's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatebuffer
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisCopyBuffer(PNDIS_STATUS Status, PNDIS_BUFFER* Buffer, NDIS_HANDLE,
                                     PVOID MemoryDescriptor, NDIS_UINT Offset, NDIS_UINT Length) {
    MDL& source = *static_cast<MDL*>(MemoryDescriptor);
    const bool inside = Offset <= source.ByteCount && Length <= source.ByteCount - Offset;
    *Buffer = inside ? make_partial_mdl(source, Offset, Length) : nullptr;
    *Status = *Buffer == nullptr ? NDIS_STATUS_FAILURE : NDIS_STATUS_SUCCESS;
}

/// NDIS_BUFFER_TO_SPAN_PAGES (ndis.h) counts the pages that a buffer touches.
///   IRQL     any
///   Returns  how many; 1 for a buffer without bytes
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatebuffer
///   Differs  nothing known
RSL_EXPORT ULONG NTAPI NDIS_BUFFER_TO_SPAN_PAGES(PNDIS_BUFFER Buffer) {
    constexpr ULONG kPageShift = 12, kPageMask = (1U << kPageShift) - 1;
    const ULONG end = Buffer->ByteOffset + Buffer->ByteCount;
    return std::max((end + kPageMask) >> kPageShift, 1U);
}

/// NdisUnchainBufferAtFront (ndis.h) takes the first buffer off a packet.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing; Buffer is NULL when the packet has none
///   Owner    the buffer is the caller's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisunchainbufferatback
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisUnchainBufferAtFront(PNDIS_PACKET Packet, PNDIS_BUFFER* Buffer) {
    NDIS_PACKET_PRIVATE& parts = Packet->Private;
    *Buffer = parts.Head;
    if (parts.Head == nullptr) return;
    parts.Head = parts.Head->Next;
    if (parts.Head == nullptr) parts.Tail = nullptr;
    (*Buffer)->Next = nullptr;
    parts.ValidCounts = FALSE;
}

/// NdisUnchainBufferAtBack (ndis.h) takes the last buffer off a packet.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing; Buffer is NULL when the packet has none
///   Owner    the buffer is the caller's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisunchainbufferatback
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisUnchainBufferAtBack(PNDIS_PACKET Packet, PNDIS_BUFFER* Buffer) {
    NDIS_PACKET_PRIVATE& parts = Packet->Private;
    *Buffer = nullptr;
    MDL *last = parts.Head, *before = nullptr;
    if (last == nullptr) return;
    for (; last->Next != nullptr; last = last->Next) before = last;
    if (before == nullptr) {
        parts.Head = nullptr;
    } else {
        before->Next = nullptr;
    }
    parts.Tail = before;
    parts.ValidCounts = FALSE;
    *Buffer = last;
}

/// NdisGetFirstBufferFromPacket (ndis.h) looks at a packet's first buffer.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing; all is NULL and 0 when the packet has none
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisunchainbufferatback
///   Differs  FirstBufferVA is NULL where a buffer that cannot be mapped stops Windows
RSL_EXPORT VOID NTAPI NdisGetFirstBufferFromPacket(PNDIS_PACKET Packet, PNDIS_BUFFER* FirstBuffer,
                                                   PVOID* FirstBufferVA,
                                                   PNDIS_UINT FirstBufferLength,
                                                   PNDIS_UINT TotalBufferLength) {
    MDL* const first = Packet->Private.Head;
    *FirstBuffer = first;
    *FirstBufferVA = first == nullptr ? nullptr : address_of(*first);
    *FirstBufferLength = first == nullptr ? 0 : first->ByteCount;
    *TotalBufferLength = length_of(*Packet);
}

/// NdisCopyFromPacketToPacket (ndis.h) copies data from a packet's buffers to another's.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing; in BytesCopied less than wanted when one of the packets ends
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscopyfrompackettopacketsafe
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisCopyFromPacketToPacket(PNDIS_PACKET Destination,
                                                 NDIS_UINT DestinationOffset, NDIS_UINT BytesToCopy,
                                                 PNDIS_PACKET Source, NDIS_UINT SourceOffset,
                                                 PNDIS_UINT BytesCopied) {
    *BytesCopied = copy({Destination->Private.Head, DestinationOffset},
                        {Source->Private.Head, SourceOffset}, BytesToCopy);
}

/// NdisCopyFromPacketToPacketSafe (ndis.h) does the same; less is copied when a buffer cannot be
/// mapped.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing; in BytesCopied less than wanted when one of the packets ends
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndiscopyfrompackettopacketsafe
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisCopyFromPacketToPacketSafe(PNDIS_PACKET Destination,
                                                     NDIS_UINT DestinationOffset,
                                                     NDIS_UINT BytesToCopy, PNDIS_PACKET Source,
                                                     NDIS_UINT SourceOffset, PNDIS_UINT BytesCopied,
                                                     LONG) {
    NdisCopyFromPacketToPacket(Destination, DestinationOffset, BytesToCopy, Source, SourceOffset,
                               BytesCopied);
}

/// NdisAllocateMemory (ndis.h) allocates nonpaged memory.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_FAILURE: no memory, or NDIS_MEMORY_CONTIGUOUS or
///   NDIS_MEMORY_NONCACHED
///   Owner    the driver, until NdisFreeMemory
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatememorywithtagpriority
///   Differs  contiguous and noncached memory is refused: it is NdisMAllocateSharedMemory's
RSL_EXPORT NDIS_STATUS NTAPI NdisAllocateMemory(PVOID* VirtualAddress, NDIS_UINT Length,
                                                NDIS_UINT MemoryFlags, NDIS_PHYSICAL_ADDRESS) {
    *VirtualAddress = (MemoryFlags & (NDIS_MEMORY_CONTIGUOUS | NDIS_MEMORY_NONCACHED)) != 0
                          ? nullptr
                          : allocate(Length, kTag);
    return *VirtualAddress == nullptr ? NDIS_STATUS_FAILURE : NDIS_STATUS_SUCCESS;
}

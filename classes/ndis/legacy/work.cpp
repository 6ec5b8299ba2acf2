// SPDX-License-Identifier: GPL-2.0-only
// Work items that NDIS 5 drivers allocate, and small calls that NDIS 6 has others for.
#include "abi/functions/ndis_legacy.h"
#include "abi/functions/rtl_string.h"
#include "classes/ndis/legacy/miniport.hpp"

using namespace rsl::ndis;
using namespace rsl::ndis::legacy;

namespace {

void NTAPI work(void* context) {
    auto* const item = static_cast<NDIS_WORK_ITEM*>(context);
    item->Routine(item, item->Context);  // which may free it
}

}  // namespace

/// NdisScheduleWorkItem (ndis.h) has a work item's routine called by a system thread.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  NDIS_STATUS_SUCCESS
///   Owner    the item is NDIS's until its routine is called
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisscheduleworkitem
///   Differs  nothing known
RSL_EXPORT NDIS_STATUS NTAPI NdisScheduleWorkItem(PNDIS_WORK_ITEM WorkItem) {
    static_assert(sizeof(WORK_QUEUE_ITEM) <= sizeof(WorkItem->WrapperReserved));
    auto* const item = reinterpret_cast<WORK_QUEUE_ITEM*>(WorkItem->WrapperReserved);
    *item = {};
    item->WorkerRoutine = &work;
    item->Parameter = WorkItem;
    ExQueueWorkItem(item, DelayedWorkQueue);
    return NDIS_STATUS_SUCCESS;
}

/// NdisFreeMemoryWithTag (ndis.h) frees memory.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreememorywithtag
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFreeMemoryWithTag(PVOID VirtualAddress, ULONG Tag) {
    ExFreePoolWithTag(VirtualAddress, Tag);
}

/// NdisGetSystemUpTime (ndis.h) gets the milliseconds since the start of the system.
///   IRQL     any
///   Returns  nothing; the number starts again after 49 days
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisgetsystemuptimeex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisGetSystemUpTime(PULONG pSystemUpTime) {
    LARGE_INTEGER time;
    NdisGetSystemUpTimeEx(&time);
    *pSystemUpTime = time.LowPart;
}

/// NdisDprAllocatePacket (ndis.h) allocates a packet at DISPATCH_LEVEL.
///   IRQL     DISPATCH_LEVEL
///   Returns  in Status: NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCES
///   Owner    the driver, until NdisFreePacket or NdisDprFreePacket
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatepacketpoolex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisDprAllocatePacket(PNDIS_STATUS Status, PNDIS_PACKET* Packet,
                                            NDIS_HANDLE PoolHandle) {
    NdisAllocatePacket(Status, Packet, PoolHandle);
}

/// NdisDprFreePacket (ndis.h) gives a packet back to its pool at DISPATCH_LEVEL.
///   IRQL     DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatepacketpoolex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisDprFreePacket(PNDIS_PACKET Packet) { free_packet(*Packet); }

/// NdisDprAllocatePacketNonInterlocked (ndis.h) does the same, for callers that let nobody else use
/// the pool meanwhile.
///   IRQL     DISPATCH_LEVEL
///   Returns  in Status: NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCES
///   Owner    the driver, until NdisFreePacket or a sibling
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatepacketpoolex
///   Differs  the pool's lock is taken all the same
RSL_EXPORT VOID NTAPI NdisDprAllocatePacketNonInterlocked(PNDIS_STATUS Status, PNDIS_PACKET* Packet,
                                                          NDIS_HANDLE PoolHandle) {
    NdisAllocatePacket(Status, Packet, PoolHandle);
}

/// NdisDprFreePacketNonInterlocked (ndis.h) gives a packet back, for callers that let nobody else
/// use the pool meanwhile.
///   IRQL     DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatepacketpoolex
///   Differs  the pool's lock is taken all the same
RSL_EXPORT VOID NTAPI NdisDprFreePacketNonInterlocked(PNDIS_PACKET Packet) { free_packet(*Packet); }

/// NdisGetPoolFromPacket (ndis.h) gets the pool that a packet is of.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the pool's handle
///   Owner    -
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatepacketpoolex
///   Differs  nothing known
RSL_EXPORT NDIS_HANDLE NTAPI NdisGetPoolFromPacket(PNDIS_PACKET Packet) {
    return block_of(*Packet).pool;
}

/// NdisPacketSize (ndis.h) says how big a packet is with so many bytes for its protocol.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the bytes of the packet, its out-of-band data and its extension
///   Owner    -
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatepacketpoolex
///   Differs  nothing known
RSL_EXPORT NDIS_UINT NTAPI NdisPacketSize(NDIS_UINT ProtocolReservedSize) {
    return static_cast<NDIS_UINT>(oob_offset_of(ProtocolReservedSize) +
                                  sizeof(NDIS_PACKET_OOB_DATA) + sizeof(NDIS_PACKET_EXTENSION));
}

/// NdisInitUnicodeString (ndis.h) makes an NDIS_STRING of a text that ends with a NUL.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the text stays the driver's
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisinitunicodestring
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisInitUnicodeString(PNDIS_STRING DestinationString, PCWSTR SourceString) {
    RtlInitUnicodeString(DestinationString, SourceString);
}

// SPDX-License-Identifier: GPL-2.0-only
// The exports around net buffers. The work is in list_pool.cpp and net_buffer.cpp.
#include "classes/ndis/handles.hpp"
#include "classes/ndis/list_pool.hpp"
#include "classes/ndis/net_buffer.hpp"

using namespace rsl::ndis;

namespace {

BufferPool* pool_of(NDIS_HANDLE handle) { return static_cast<BufferPool*>(handle); }

void free_or_tell(NDIS_HANDLE handle, const char* what) {
    if (handle == nullptr || free_pool(*pool_of(handle))) return;
    DbgPrint("ndis: a pool of %s is freed while %u of it are in use: it stays\n", what,
             pool_of(handle)->outstanding.load(std::memory_order_relaxed));
}

}  // namespace

/// NdisAllocateNetBufferListPool (nblapi.h) makes a pool.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the pool's handle, or NULL
///   Owner    the driver, until NdisFreeNetBufferListPool
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatenetbufferlistpool
///   Differs  nothing known
RSL_EXPORT NDIS_HANDLE NTAPI
NdisAllocateNetBufferListPool(NDIS_HANDLE, PNET_BUFFER_LIST_POOL_PARAMETERS Parameters) {
    const NDIS_OBJECT_HEADER& header = Parameters->Header;
    if (header.Type != NDIS_OBJECT_TYPE_DEFAULT ||
        header.Size < NDIS_SIZEOF_NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1)
        return nullptr;
    return make_list_pool(*Parameters);
}

/// NdisFreeNetBufferListPool (nblapi.h) frees a pool.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisfreenetbufferlistpool
///   Differs  a pool of which something is in use stays, and the log says so
RSL_EXPORT VOID NTAPI NdisFreeNetBufferListPool(NDIS_HANDLE PoolHandle) {
    free_or_tell(PoolHandle, "NET_BUFFER_LISTs");
}

/// NdisAllocateNetBufferPool (nblapi.h) makes a pool.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the pool's handle, or NULL
///   Owner    the driver, until NdisFreeNetBufferPool
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatenetbufferpool
///   Differs  nothing known
RSL_EXPORT NDIS_HANDLE NTAPI NdisAllocateNetBufferPool(NDIS_HANDLE,
                                                       PNET_BUFFER_POOL_PARAMETERS Parameters) {
    const NDIS_OBJECT_HEADER& header = Parameters->Header;
    if (header.Type != NDIS_OBJECT_TYPE_DEFAULT ||
        header.Size < NDIS_SIZEOF_NET_BUFFER_POOL_PARAMETERS_REVISION_1)
        return nullptr;
    return make_buffer_pool(*Parameters);
}

/// NdisFreeNetBufferPool (nblapi.h) frees a pool.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisfreenetbufferpool
///   Differs  a pool of which something is in use stays, and the log says so
RSL_EXPORT VOID NTAPI NdisFreeNetBufferPool(NDIS_HANDLE PoolHandle) {
    free_or_tell(PoolHandle, "NET_BUFFERs");
}

/// NdisAllocateNetBufferList (nblapi.h) allocates a list.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the list, or NULL
///   Owner    the driver, until NdisFreeNetBufferList
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatenetbufferlist
///   Differs  nothing known
RSL_EXPORT PNET_BUFFER_LIST NTAPI NdisAllocateNetBufferList(NDIS_HANDLE PoolHandle,
                                                            USHORT ContextSize,
                                                            USHORT ContextBackFill) {
    return allocate_list(pool_of(PoolHandle), ContextSize, ContextBackFill);
}

/// NdisAllocateNetBufferAndNetBufferList (nblapi.h) allocates a list with one buffer.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the list, or NULL: no memory, a pool whose lists have no buffer, or a window outside
///   of the chain Owner    the driver, until NdisFreeNetBufferList; the MDLs stay the caller's
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatenetbufferandnetbufferlist
///   Differs  nothing known
RSL_EXPORT PNET_BUFFER_LIST NTAPI NdisAllocateNetBufferAndNetBufferList(
    NDIS_HANDLE PoolHandle, USHORT ContextSize, USHORT ContextBackFill, PMDL MdlChain,
    ULONG DataOffset, SIZE_T DataLength) {
    BufferPool* const pool = pool_of(PoolHandle);
    if (pool == nullptr || !pool->with_buffer || DataLength > UINT32_MAX) return nullptr;
    NET_BUFFER_LIST* const list = allocate_list(pool, ContextSize, ContextBackFill);
    if (list == nullptr) return nullptr;
    if (set_window(*list->FirstNetBuffer, MdlChain, DataOffset, static_cast<ULONG>(DataLength)))
        return list;
    free_list(list);
    return nullptr;
}

/// NdisFreeNetBufferList (nblapi.h) frees a list, and the buffer that came with it.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisfreenetbufferlist
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFreeNetBufferList(PNET_BUFFER_LIST NetBufferList) {
    free_list(NetBufferList);
}

/// NdisAllocateNetBuffer (nblapi.h) allocates a buffer.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the buffer, or NULL
///   Owner    the driver, until NdisFreeNetBuffer; the MDLs stay the caller's
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatenetbuffer
///   Differs  nothing known
RSL_EXPORT PNET_BUFFER NTAPI NdisAllocateNetBuffer(NDIS_HANDLE PoolHandle, PMDL MdlChain,
                                                   ULONG DataOffset, SIZE_T DataLength) {
    if (PoolHandle == nullptr || DataLength > UINT32_MAX) return nullptr;
    NET_BUFFER* const buffer = allocate_buffer(pool_of(PoolHandle));
    if (buffer == nullptr) return nullptr;
    if (set_window(*buffer, MdlChain, DataOffset, static_cast<ULONG>(DataLength))) return buffer;
    free_buffer(buffer);
    return nullptr;
}

/// NdisFreeNetBuffer (nblapi.h) frees a buffer.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisfreenetbuffer
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFreeNetBuffer(PNET_BUFFER NetBuffer) { free_buffer(NetBuffer); }

/// NdisGetDataBuffer (nblapi.h) gets the first bytes of a buffer in one piece.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  where they are, or NULL: fewer than wanted, or not in one piece and no Storage
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisgetdatabuffer
///   Differs  misaligned data is NULL without Storage, where NDIS may allocate
RSL_EXPORT PVOID NTAPI NdisGetDataBuffer(PNET_BUFFER NetBuffer, ULONG BytesNeeded, PVOID Storage,
                                         ULONG AlignMultiple, ULONG AlignOffset) {
    return contiguous_data(*NetBuffer, BytesNeeded, Storage, AlignMultiple, AlignOffset);
}

/// NdisRetreatNetBufferDataStart (nblapi.h) takes bytes in front of the data in.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCES, NDIS_STATUS_FAILURE
///   Owner    an MDL that it adds is freed by NdisAdvanceNetBufferDataStart
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisretreatnetbufferdatastart
///   Differs  nothing known
RSL_EXPORT NDIS_STATUS NTAPI
NdisRetreatNetBufferDataStart(PNET_BUFFER NetBuffer, ULONG DataOffsetDelta, ULONG DataBackFill,
                              NET_BUFFER_ALLOCATE_MDL_HANDLER AllocateMdlHandler) {
    return retreat(*NetBuffer, DataOffsetDelta, DataBackFill, AllocateMdlHandler);
}

/// NdisAdvanceNetBufferDataStart (nblapi.h) leaves bytes at the front of the data out.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    frees, if told to, what NdisRetreatNetBufferDataStart has added
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisadvancenetbufferdatastart
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisAdvanceNetBufferDataStart(PNET_BUFFER NetBuffer, ULONG DataOffsetDelta,
                                                    BOOLEAN FreeMdl,
                                                    NET_BUFFER_FREE_MDL_HANDLER FreeMdlHandler) {
    advance(*NetBuffer, DataOffsetDelta, FreeMdl != 0, FreeMdlHandler);
}

/// NdisAdjustNetBufferCurrentMdl (nblapi.h) finds the MDL that the data begins in, after a driver
/// has changed DataOffset.
///   IRQL     any
///   Returns  nothing
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisadjustnetbuffercurrentmdl
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisAdjustNetBufferCurrentMdl(PNET_BUFFER NetBuffer) {
    adjust_current(*NetBuffer);
}

/// NdisCopyFromNetBufferToNetBuffer (nblapi.h) copies data.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCES when less than wanted was copied
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndiscopyfromnetbuffertonetbuffer
///   Differs  nothing known
RSL_EXPORT NDIS_STATUS NTAPI NdisCopyFromNetBufferToNetBuffer(PNET_BUFFER Destination,
                                                              ULONG DestinationOffset,
                                                              ULONG BytesToCopy, PNET_BUFFER Source,
                                                              ULONG SourceOffset,
                                                              PULONG BytesCopied) {
    *BytesCopied = copy(*Destination, DestinationOffset, BytesToCopy, *Source, SourceOffset);
    return *BytesCopied == BytesToCopy ? NDIS_STATUS_SUCCESS : NDIS_STATUS_RESOURCES;
}

/// NdisAllocateCloneNetBufferList (nblapi.h) makes a list that describes the same data.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the clone, or NULL
///   Owner    the driver, until NdisFreeCloneNetBufferList; the data stays the original's
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocateclonenetbufferlist
///   Differs  nothing known
RSL_EXPORT PNET_BUFFER_LIST NTAPI NdisAllocateCloneNetBufferList(
    PNET_BUFFER_LIST OriginalNetBufferList, NDIS_HANDLE NetBufferListPoolHandle,
    NDIS_HANDLE NetBufferPoolHandle, ULONG AllocateCloneFlags) {
    return clone_list(*OriginalNetBufferList, pool_of(NetBufferListPoolHandle),
                      pool_of(NetBufferPoolHandle),
                      (AllocateCloneFlags & NDIS_CLONE_FLAGS_USE_ORIGINAL_MDLS) != 0);
}

/// NdisFreeCloneNetBufferList (nblapi.h) frees a clone.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisfreeclonenetbufferlist
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFreeCloneNetBufferList(PNET_BUFFER_LIST CloneNetBufferList,
                                                 ULONG FreeCloneFlags) {
    free_clone(CloneNetBufferList, (FreeCloneFlags & NDIS_CLONE_FLAGS_USE_ORIGINAL_MDLS) != 0);
}

/// NdisRetreatNetBufferListDataStart (nblapi.h) takes bytes in front of the data of every buffer of
/// a list in.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCES, NDIS_STATUS_FAILURE: then no buffer has
///   changed Owner    what it adds is freed by NdisAdvanceNetBufferListDataStart Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisretreatnetbufferlistdatastart
///   Differs  nothing known
RSL_EXPORT NDIS_STATUS NTAPI NdisRetreatNetBufferListDataStart(
    PNET_BUFFER_LIST NetBufferList, ULONG DataOffsetDelta, ULONG DataBackFill,
    NET_BUFFER_ALLOCATE_MDL_HANDLER AllocateMdlHandler,
    NET_BUFFER_FREE_MDL_HANDLER FreeMdlHandler) {
    for (NET_BUFFER* buffer = NetBufferList->FirstNetBuffer; buffer != nullptr;
         buffer = buffer->Next) {
        const NDIS_STATUS status =
            retreat(*buffer, DataOffsetDelta, DataBackFill, AllocateMdlHandler);
        if (status == NDIS_STATUS_SUCCESS) continue;
        for (NET_BUFFER* done = NetBufferList->FirstNetBuffer; done != buffer; done = done->Next) {
            advance(*done, DataOffsetDelta, true, FreeMdlHandler);
        }
        return status;
    }
    return NDIS_STATUS_SUCCESS;
}

/// NdisAdvanceNetBufferListDataStart (nblapi.h) leaves bytes at the front of the data of every
/// buffer of a list out.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    frees, if told to, what NdisRetreatNetBufferListDataStart has added
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisadvancenetbufferlistdatastart
///   Differs  nothing known
RSL_EXPORT VOID NTAPI
NdisAdvanceNetBufferListDataStart(PNET_BUFFER_LIST NetBufferList, ULONG DataOffsetDelta,
                                  BOOLEAN FreeMdl, NET_BUFFER_FREE_MDL_HANDLER FreeMdlHandler) {
    for (NET_BUFFER* buffer = NetBufferList->FirstNetBuffer; buffer != nullptr;
         buffer = buffer->Next) {
        advance(*buffer, DataOffsetDelta, FreeMdl != 0, FreeMdlHandler);
    }
}

/// NdisAllocateNetBufferMdlAndData (nblapi.h) allocates a buffer with the data space of its pool.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  the buffer, or NULL: no memory, or a pool without data space
///   Owner    the driver, until NdisFreeNetBuffer
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndisallocatenetbuffermdlanddata
///   Differs  nothing known
RSL_EXPORT PNET_BUFFER NTAPI NdisAllocateNetBufferMdlAndData(NDIS_HANDLE PoolHandle) {
    BufferPool* const pool = pool_of(PoolHandle);
    return pool == nullptr || pool->data_bytes == 0 ? nullptr : allocate_buffer(pool);
}

namespace {

/// Slots of NetBufferListInfo, as nblinfo.h counts them.
constexpr size_t kSendInfo[] = {0, 1, 2, 4, 5, 6, 7, 11, 12, 14},
                 kReceiveInfo[] = {0, 1, 2, 4, 6, 7, 8, 9, 11, 12, 14};

template <size_t kCount>
void copy_info(NET_BUFFER_LIST& to, const NET_BUFFER_LIST& from, const size_t (&slots)[kCount]) {
    for (const size_t slot : slots) to.NetBufferListInfo[slot] = from.NetBufferListInfo[slot];
}

}  // namespace

/// NdisCopySendNetBufferListInfo (nblapi.h) copies what accompanies a list that is sent to another.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    what the information points to stays whose it is
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndiscopysendnetbufferlistinfo
///   Differs  no VirtualSubnetInfo
RSL_EXPORT VOID NTAPI NdisCopySendNetBufferListInfo(PNET_BUFFER_LIST DestNetBufferList,
                                                    PNET_BUFFER_LIST SrcNetBufferList) {
    copy_info(*DestNetBufferList, *SrcNetBufferList, kSendInfo);
}

/// NdisCopyReceiveNetBufferListInfo (nblapi.h) copies what accompanies a received list to another.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    what the information points to stays whose it is
///   Source
///   learn.microsoft.com/windows-hardware/drivers/ddi/nblapi/nf-nblapi-ndiscopyreceivenetbufferlistinfo
///   Differs  no VirtualSubnetInfo
RSL_EXPORT VOID NTAPI NdisCopyReceiveNetBufferListInfo(PNET_BUFFER_LIST DestNetBufferList,
                                                       PNET_BUFFER_LIST SrcNetBufferList) {
    copy_info(*DestNetBufferList, *SrcNetBufferList, kReceiveInfo);
}

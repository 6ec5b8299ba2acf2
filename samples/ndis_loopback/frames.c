/* SPDX-License-Identifier: GPL-2.0-only */
/* What one adapter sends the other receives. */
#include "loopback.h"

static void free_frame(PNET_BUFFER_LIST list) {
    PMDL mdl = list->FirstNetBuffer->MdlChain;
    PVOID memory = MmGetMdlVirtualAddress(mdl);
    NdisFreeNetBufferList(list);
    NdisFreeMdl(mdl);
    NdisFreeMemory(memory, 0, 0);
}

static PNET_BUFFER_LIST copy_frame(struct adapter* to, PNET_BUFFER from) {
    ULONG bytes = NET_BUFFER_DATA_LENGTH(from), copied = 0;
    PVOID memory =
        NdisAllocateMemoryWithTagPriority(to->handle, bytes, TAG, NdisNormalPoolPriority);
    PMDL mdl = memory == NULL ? NULL : NdisAllocateMdl(to->handle, memory, bytes);
    PNET_BUFFER_LIST list =
        mdl == NULL ? NULL : NdisAllocateNetBufferAndNetBufferList(to->pool, 0, 0, mdl, 0, bytes);
    if (list == NULL) {
        if (mdl != NULL) NdisFreeMdl(mdl);
        if (memory != NULL) NdisFreeMemory(memory, 0, 0);
        return NULL;
    }
    NdisCopyFromNetBufferToNetBuffer(list->FirstNetBuffer, 0, bytes, from, 0, &copied);
    if (copied == bytes) return list;
    free_frame(list);
    return NULL;
}

/* Packets are not looked at: there is one other end. */
static enum cast cast_of(struct adapter* adapter, PNET_BUFFER buffer) {
    UCHAR room[6];
    const UCHAR* to = adapter->medium == NdisMediumIP
                          ? NULL
                          : NdisGetDataBuffer(buffer, sizeof(room), room, 1, 0);
    if (to == NULL || !(to[0] & 1)) return kUnicast;
    for (ULONG i = 0; i < sizeof(room); ++i) {
        if (to[i] != 0xFF) return kMulticast;
    }
    return kBroadcast;
}

static void count(struct counts* counts, enum cast cast, ULONG bytes) {
    InterlockedIncrement64(&counts->frames[cast]);
    InterlockedAdd64(&counts->bytes[cast], bytes);
}

/* What says which packet it is goes along with it. */
static void mark_packet(PNET_BUFFER_LIST list, PVOID type) {
    list->NblFlags |= type == PACKET_IPV4 ? NDIS_NBL_FLAGS_IS_IPV4 : NDIS_NBL_FLAGS_IS_IPV6;
    NET_BUFFER_LIST_INFO(list, NetBufferListFrameType) = type;
}

static void deliver(struct adapter* from, PNET_BUFFER buffer, enum cast cast, PVOID type,
                    ULONG flags) {
    struct adapter* peer = hold_peer(from);
    PNET_BUFFER_LIST copy;
    if (peer == NULL) return;
    copy = copy_frame(peer, buffer);
    if (copy == NULL) {
        InterlockedIncrement64(&peer->received.discards);
        drop(peer);
        return;
    }
    if (from->medium == NdisMediumIP) mark_packet(copy, type);
    count(&peer->received, cast, NET_BUFFER_DATA_LENGTH(buffer));
    /* The hold goes with the frame, to return_frames(). */
    NdisMIndicateReceiveNetBufferLists(peer->handle, copy, NDIS_DEFAULT_PORT_NUMBER, 1, flags);
}

static NDIS_STATUS send_frame(struct adapter* adapter, PNET_BUFFER buffer, PVOID type,
                              ULONG flags) {
    const ULONG bytes = NET_BUFFER_DATA_LENGTH(buffer);
    enum cast cast;
    if (bytes < adapter->header || bytes > MTU + adapter->header) {
        InterlockedIncrement64(&adapter->sent.errors);
        return NDIS_STATUS_INVALID_LENGTH;
    }
    if (adapter->medium == NdisMediumIP && type != PACKET_IPV4 && type != PACKET_IPV6) {
        InterlockedIncrement64(&adapter->sent.errors);
        return NDIS_STATUS_INVALID_DATA;
    }
    cast = cast_of(adapter, buffer);
    count(&adapter->sent, cast, bytes);
    deliver(adapter, buffer, cast, type, flags);
    return NDIS_STATUS_SUCCESS;
}

VOID NTAPI send_frames(NDIS_HANDLE context, PNET_BUFFER_LIST lists, NDIS_PORT_NUMBER port,
                       ULONG flags) {
    struct adapter* adapter = context;
    BOOLEAN at_dispatch = (flags & NDIS_SEND_FLAGS_DISPATCH_LEVEL) != 0;
    (void)port;
    for (PNET_BUFFER_LIST list = lists; list != NULL; list = NET_BUFFER_LIST_NEXT_NBL(list)) {
        NET_BUFFER_LIST_STATUS(list) = NDIS_STATUS_SUCCESS;
        for (PNET_BUFFER buffer = NET_BUFFER_LIST_FIRST_NB(list); buffer != NULL;
             buffer = NET_BUFFER_NEXT_NB(buffer)) {
            const NDIS_STATUS status =
                send_frame(adapter, buffer, NET_BUFFER_LIST_INFO(list, NetBufferListFrameType),
                           at_dispatch ? NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL : 0);
            if (status != NDIS_STATUS_SUCCESS) NET_BUFFER_LIST_STATUS(list) = status;
        }
    }
    NdisMSendNetBufferListsComplete(adapter->handle, lists,
                                    at_dispatch ? NDIS_SEND_COMPLETE_FLAGS_DISPATCH_LEVEL : 0);
}

VOID NTAPI return_frames(NDIS_HANDLE context, PNET_BUFFER_LIST lists, ULONG flags) {
    (void)flags;
    while (lists != NULL) {
        PNET_BUFFER_LIST next = NET_BUFFER_LIST_NEXT_NBL(lists);
        free_frame(lists);
        drop(context);
        lists = next;
    }
}

VOID NTAPI cancel_send(NDIS_HANDLE context, PVOID id) {
    (void)context, (void)id;
} /* none is ever waiting */

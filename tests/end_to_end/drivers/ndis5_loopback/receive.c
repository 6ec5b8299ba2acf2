/* SPDX-License-Identifier: GPL-2.0-only */
/* Received frames: as packets, or shown and copied. */
#include "loopback.h"

#ifdef SERIALIZED
void indicate(struct adapter* adapter, const struct frame* frame) {
    UINT rest = frame->bytes - HEADER, seen = rest < LOOKAHEAD ? rest : LOOKAHEAD;
    adapter->shown = frame;
    NdisMEthIndicateReceive(adapter->handle, (NDIS_HANDLE)frame, (PVOID)frame->data, HEADER,
                            (PVOID)(frame->data + HEADER), seen, rest);
    adapter->shown = NULL;
}

NDIS_STATUS NTAPI transfer_data(PNDIS_PACKET packet, PUINT bytes, NDIS_HANDLE context,
                                NDIS_HANDLE receive_context, UINT offset, UINT wanted) {
    struct adapter* adapter = context;
    const struct frame* frame = receive_context;
    PNDIS_BUFFER buffer;
    UINT length, done = 0;
    PVOID memory;
    InterlockedIncrement(&counts.transferred);
    *bytes = 0;
    if (frame != adapter->shown || HEADER + offset + wanted > frame->bytes)
        return NDIS_STATUS_FAILURE;
    NdisQueryPacket(packet, NULL, NULL, &buffer, NULL);
    for (; buffer != NULL && done < wanted; buffer = NDIS_BUFFER_LINKAGE(buffer)) {
        NdisQueryBufferSafe(buffer, &memory, &length, NormalPagePriority);
        if (length > wanted - done) length = wanted - done;
        NdisMoveMemory(memory, frame->data + HEADER + offset + done, length);
        done += length;
    }
    *bytes = done;
    return NDIS_STATUS_SUCCESS;
}
#else
static void put_free(struct adapter* adapter, PNDIS_PACKET packet) {
    NdisAcquireSpinLock(&adapter->lock);
    adapter->free[adapter->free_count++] = packet;
    NdisReleaseSpinLock(&adapter->lock);
}

VOID NTAPI return_packet(NDIS_HANDLE context, PNDIS_PACKET packet) {
    InterlockedIncrement(&counts.returned);
    put_free(context, packet);
}

void indicate(struct adapter* adapter, const struct frame* frame) {
    PNDIS_PACKET packet = NULL;
    PNDIS_BUFFER buffer;
    BOOLEAN scarce;
    UINT length;
    PVOID memory;
    NdisAcquireSpinLock(&adapter->lock);
    if (adapter->free_count != 0) packet = adapter->free[--adapter->free_count];
    scarce = adapter->free_count < SCARCE;
    NdisReleaseSpinLock(&adapter->lock);
    if (packet == NULL) {
        InterlockedIncrement(&counts.lost);
        return;
    }
    NdisQueryPacket(packet, NULL, NULL, &buffer, NULL);
    NdisAdjustBufferLength(buffer, LONGEST);
    NdisQueryBufferSafe(buffer, &memory, &length, NormalPagePriority);
    NdisMoveMemory(memory, frame->data, frame->bytes);
    NdisAdjustBufferLength(buffer, frame->bytes);
    NdisRecalculatePacketCounts(packet);
    NDIS_SET_PACKET_HEADER_SIZE(packet, HEADER);
    NDIS_SET_PACKET_STATUS(packet, scarce ? NDIS_STATUS_RESOURCES : NDIS_STATUS_SUCCESS);
    NdisMIndicateReceivePacket(adapter->handle, &packet, 1);
    if (!scarce) return;
    InterlockedIncrement(&counts.scarce);
    put_free(adapter, packet);
}

BOOLEAN make_packets(struct adapter* adapter) {
    NDIS_STATUS status;
    NdisAllocatePacketPool(&status, &adapter->packet_pool, PACKETS, 4 * sizeof(PVOID));
    if (status != NDIS_STATUS_SUCCESS) return FALSE;
    NdisAllocateBufferPool(&status, &adapter->buffer_pool, PACKETS);
    if (status != NDIS_STATUS_SUCCESS) return FALSE;
    for (UINT i = 0; i < PACKETS; ++i) {
        PNDIS_PACKET packet;
        PNDIS_BUFFER buffer;
        PVOID memory;
        NdisAllocatePacket(&status, &packet, adapter->packet_pool);
        if (status != NDIS_STATUS_SUCCESS) return FALSE;
        adapter->free[adapter->free_count++] = packet;
        if (NdisAllocateMemoryWithTag(&memory, LONGEST, TAG) != NDIS_STATUS_SUCCESS) return FALSE;
        NdisAllocateBuffer(&status, &buffer, adapter->buffer_pool, memory, LONGEST);
        if (status != NDIS_STATUS_SUCCESS) {
            NdisFreeMemory(memory, LONGEST, 0);
            return FALSE;
        }
        NdisChainBufferAtFront(packet, buffer);
    }
    return TRUE;
}

void free_packets(struct adapter* adapter) {
    while (adapter->free_count != 0) {
        PNDIS_PACKET packet = adapter->free[--adapter->free_count];
        PNDIS_BUFFER buffer;
        NdisUnchainBufferAtFront(packet, &buffer);
        if (buffer != NULL) {
            PVOID memory = MmGetMdlVirtualAddress(buffer);
            NdisFreeBuffer(buffer);
            NdisFreeMemory(memory, LONGEST, 0);
        }
        NdisFreePacket(packet);
    }
    if (adapter->buffer_pool != NULL) NdisFreeBufferPool(adapter->buffer_pool);
    if (adapter->packet_pool != NULL) NdisFreePacketPool(adapter->packet_pool);
}
#endif

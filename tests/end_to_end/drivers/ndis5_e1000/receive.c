/* SPDX-License-Identifier: GPL-2.0-only */
/* A ring of buffers, each a packet; half as many again may be with who is above. */
#include "e1000.h"

static NDIS_PHYSICAL_ADDRESS address_of(struct adapter* adapter, PNDIS_PACKET packet) {
    NDIS_PHYSICAL_ADDRESS address = adapter->receive_memory.physical;
    PUCHAR memory = *(PUCHAR*)packet->MiniportReservedEx;
    address.QuadPart += memory - (PUCHAR)adapter->receive_memory.memory;
    return address;
}

void fill_receive_ring(struct adapter* adapter) {
    struct receive_descriptor* entries = adapter->receive_ring.memory;
    ULONG before = adapter->receive_filled;
    while (adapter->free_count != 0 &&
           next_entry(adapter->receive_filled) != adapter->receive_taken) {
        PNDIS_PACKET packet = adapter->free[--adapter->free_count];
        struct receive_descriptor* entry = &entries[adapter->receive_filled];
        adapter->in_ring[adapter->receive_filled] = packet;
        entry->address = (ULONG64)address_of(adapter, packet).QuadPart;
        entry->status = 0;
        adapter->receive_filled = next_entry(adapter->receive_filled);
    }
    if (adapter->receive_filled == before) return;
    order_memory();
    write_register(adapter, REG_RDT, adapter->receive_filled);
}

void put_free(struct adapter* adapter, PNDIS_PACKET packet) {
    adapter->free[adapter->free_count++] = packet;
}

/* What is in the ring. */
void take_back(struct adapter* adapter) {
    while (adapter->receive_taken != adapter->receive_filled) {
        put_free(adapter, adapter->in_ring[adapter->receive_taken]);
        adapter->receive_taken = next_entry(adapter->receive_taken);
    }
}

static void indicate(struct adapter* adapter, PNDIS_PACKET packet, UINT bytes) {
    PNDIS_BUFFER buffer = NDIS_PACKET_FIRST_NDIS_BUFFER(packet);
    NdisAdjustBufferLength(buffer, bytes);
    NdisRecalculatePacketCounts(packet);
    NDIS_SET_PACKET_HEADER_SIZE(packet, HEADER);
    NDIS_SET_PACKET_STATUS(
        packet, adapter->free_count < SCARCE ? NDIS_STATUS_RESOURCES : NDIS_STATUS_SUCCESS);
    ++adapter->received;
    NdisMIndicateReceivePacket(adapter->handle, &packet, 1);
    if (NDIS_GET_PACKET_STATUS(packet) != NDIS_STATUS_PENDING) put_free(adapter, packet);
}

void receive_frames(struct adapter* adapter) {
    volatile struct receive_descriptor* entries = adapter->receive_ring.memory;
    while (adapter->receive_taken != adapter->receive_filled) {
        volatile struct receive_descriptor* entry = &entries[adapter->receive_taken];
        PNDIS_PACKET packet = adapter->in_ring[adapter->receive_taken];
        if (!(entry->status & RECEIVED_DONE)) break;
        order_memory();
        adapter->receive_taken = next_entry(adapter->receive_taken);
        if ((entry->status & RECEIVED_WHOLE) && entry->errors == 0 && entry->bytes >= HEADER &&
            entry->bytes <= LONGEST) {
            indicate(adapter, packet, entry->bytes);
        } else {
            put_free(adapter, packet);
        }
    }
    fill_receive_ring(adapter);
}

VOID NTAPI return_packet(NDIS_HANDLE context, PNDIS_PACKET packet) {
    put_free(context, packet);
    if (!((struct adapter*)context)->halting) fill_receive_ring(context);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* Packets as their scatter/gather lists, in a ring of pieces. */
#include "e1000.h"

static ULONG room(const struct adapter* adapter) {
    return (adapter->send_taken + ENTRIES - adapter->send_filled - 1) % ENTRIES;
}

static NDIS_STATUS send_one(struct adapter* adapter, PNDIS_PACKET packet) {
    PSCATTER_GATHER_LIST list =
        NDIS_PER_PACKET_INFO_FROM_PACKET(packet, ScatterGatherListPacketInfo);
    struct send_descriptor* entries = adapter->send_ring.memory;
    ULONG last = adapter->send_filled;
    UINT length;
    NdisQueryPacketLength(packet, &length);
    if (length > LONGEST || list->NumberOfElements >= ENTRIES) return NDIS_STATUS_INVALID_LENGTH;
    if (list->NumberOfElements > room(adapter)) return NDIS_STATUS_RESOURCES;
    for (ULONG i = 0; i < list->NumberOfElements; ++i) {
        struct send_descriptor* entry = &entries[adapter->send_filled];
        NdisZeroMemory(entry, sizeof(*entry));
        entry->address = (ULONG64)list->Elements[i].Address.QuadPart;
        entry->bytes = (USHORT)list->Elements[i].Length;
        entry->command = SEND_ADD_CRC;
        last = adapter->send_filled;
        adapter->sends[last] = NULL;
        adapter->send_filled = next_entry(adapter->send_filled);
    }
    entries[last].command = SEND_ADD_CRC | SEND_END_OF_FRAME | SEND_REPORT;
    adapter->sends[last] = packet;
    order_memory();
    write_register(adapter, REG_TDT, adapter->send_filled);
    return NDIS_STATUS_PENDING;
}

VOID NTAPI send_packets(NDIS_HANDLE context, PPNDIS_PACKET packets, UINT count) {
    NDIS_STATUS status = NDIS_STATUS_SUCCESS;
    for (UINT i = 0; i < count; ++i) {
        if (status != NDIS_STATUS_RESOURCES) status = send_one(context, packets[i]);
        NDIS_SET_PACKET_STATUS(packets[i], status);
    }
}

/* Those that the device has sent, or all. */
void complete_sends(struct adapter* adapter, BOOLEAN all) {
    volatile struct send_descriptor* entries = adapter->send_ring.memory;
    while (adapter->send_taken != adapter->send_filled) {
        ULONG last = adapter->send_taken;
        PNDIS_PACKET packet;
        BOOLEAN sent;
        while (adapter->sends[last] == NULL) last = next_entry(last);
        sent = (entries[last].status & SENT_DONE) != 0;
        if (!sent && !all) return;
        packet = adapter->sends[last];
        adapter->sends[last] = NULL;
        adapter->send_taken = next_entry(last);
        ++*(sent ? &adapter->sent : &adapter->unsent);
        NdisMSendComplete(adapter->handle, packet,
                          sent ? NDIS_STATUS_SUCCESS : NDIS_STATUS_REQUEST_ABORTED);
    }
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* An NDIS 5.1 miniport driver for Intel's 82540EM, against mingw-w64's NDIS 5 header: serialized,
 * as most of that time were, with an interrupt line, scatter/gather lists, shared memory and
 * packets that stay with who is above. NDIS calls one handler at a time: there are no locks in it.
 */
#pragma once

#define NDIS_MINIPORT_DRIVER 1
#define NDIS51_MINIPORT      1
#include "tests/conformance/ndis/ndis5.h"

#include "samples/e1000/registers.h"

#define TAG      '51E5'
#define MTU      1500
#define HEADER   14
#define LONGEST  (MTU + HEADER)
#define ENTRIES  64 /* of each ring */
#define BUFFERS  96 /* half as many again as the ring has */
#define SCARCE   8  /* packets are indicated as scarce when so few are left */
#define BUFFER   2048
#define ALL_ONES 0xFFFFFFFF
#define PAUSE_US 2000
#define CAUSES \
    (CAUSE_SENT | CAUSE_LINK | CAUSE_RECEIVE_LOW | CAUSE_RECEIVE_OVERRUN | CAUSE_RECEIVED)
#define BUS_MASTER_AND_MEMORY 6 /* of the PCI command register */

/* Memory accesses before it are seen, by the device too, before those behind it. */
#define order_memory() __sync_synchronize()

struct shared {
    PVOID memory;
    NDIS_PHYSICAL_ADDRESS physical;
    ULONG bytes;
};

struct adapter {
    NDIS_HANDLE handle, packet_pool, buffer_pool;
    PUCHAR registers;
    ULONG register_bytes, filter, lookahead;
    NDIS_MINIPORT_INTERRUPT interrupt;
    BOOLEAN connected, has_interrupt, link_up, halting;
    volatile LONG pending; /* causes that the ISR has taken */
    UCHAR address[6];
    ULONG sent, unsent, received;

    struct shared send_ring, receive_ring, receive_memory;
    PNDIS_PACKET sends[ENTRIES]; /* at the entry where a packet ends */
    ULONG send_filled, send_taken;
    PNDIS_PACKET in_ring[ENTRIES];
    ULONG receive_filled, receive_taken;
    PNDIS_PACKET free[BUFFERS];
    ULONG free_count;
};

static inline ULONG read_register(struct adapter* adapter, ULONG offset) {
    ULONG value;
    NdisReadRegisterUlong((volatile ULONG*)(adapter->registers + offset), &value);
    return value;
}
static inline void write_register(struct adapter* adapter, ULONG offset, ULONG value) {
    NdisWriteRegisterUlong((PULONG)(adapter->registers + offset), value);
}
static inline ULONG next_entry(ULONG entry) { return (entry + 1) % ENTRIES; }

/* ---- receive.c, send.c, hardware.c, requests.c */

void fill_receive_ring(struct adapter* adapter);
void put_free(struct adapter* adapter, PNDIS_PACKET packet);
void take_back(struct adapter* adapter);
void receive_frames(struct adapter* adapter);
VOID NTAPI return_packet(NDIS_HANDLE context, PNDIS_PACKET packet);
VOID NTAPI send_packets(NDIS_HANDLE context, PPNDIS_PACKET packets, UINT count);
void complete_sends(struct adapter* adapter, BOOLEAN all);
VOID NTAPI isr(PBOOLEAN recognized, PBOOLEAN queue, NDIS_HANDLE context);
VOID NTAPI handle_interrupt(NDIS_HANDLE context);
VOID NTAPI enable_interrupt(NDIS_HANDLE context);
BOOLEAN NTAPI stop_interrupts(PVOID context);
void reset_hardware(struct adapter* adapter);
void apply_filter(struct adapter* adapter);
void start_hardware(struct adapter* adapter);
NDIS_STATUS NTAPI query_information(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG bytes,
                                    PULONG written, PULONG needed);
NDIS_STATUS NTAPI set_information(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG bytes,
                                  PULONG read, PULONG needed);

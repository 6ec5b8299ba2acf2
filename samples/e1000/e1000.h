/* SPDX-License-Identifier: GPL-2.0-only */
/* An NDIS 6 miniport driver for Intel's 82540EM (PCI, a line) and 82574L (PCI Express, messages).
 *
 *   adapter.c    an adapter's life: initialize, restart, pause, reset, halt; the driver's entry
 *   hardware.c   registers: start and stop, addresses and filters, link
 *   interrupt.c  from the device to receive.c, send.c and the link
 *   receive.c    a ring of buffers that all belong to us; each is a NET_BUFFER_LIST of its own
 *   send.c       NET_BUFFERs as scatter/gather lists, a ring of their pieces
 *   requests.c   OIDs
 *
 * With the WDK it would include <ndis.h>; mingw-w64's DDK has NDIS 5 only, so RSL's declarations
 * take its place. */
#pragma once

#define __INTRINSIC_DEFINED_InterlockedBitTestAndSet
#define __INTRINSIC_DEFINED_InterlockedBitTestAndReset
#include <ntddk.h>

#include "abi/functions/ndis.h"
#include "registers.h"

#define TAG             '001E'
#define MTU             1500
#define HEADER          14
#define ADDRESS_BYTES   6
#define MULTICAST_MOST  32
#define RING_ENTRIES    256
#define RECEIVE_BUFFERS 512 /* half of them may be above us while the ring stays full */
#define BUFFER_BYTES    2048
#define FRAGMENTS_MOST  64

/* Memory accesses before it are seen, by the device too, before those behind it: the WDK's
 * KeMemoryBarrier(), which mingw-w64's DDK does not have. */
#define order_memory() __sync_synchronize()

/* Memory that the device sees too. */
struct shared_memory {
    PVOID memory;
    NDIS_PHYSICAL_ADDRESS physical;
    ULONG bytes;
};

struct receive_buffer {
    struct receive_buffer* next; /* while it is free */
    NDIS_PHYSICAL_ADDRESS physical;
    PMDL mdl;
    PNET_BUFFER_LIST list;
};

struct receive_ring {
    NDIS_SPIN_LOCK lock;
    struct shared_memory descriptors, memory;
    struct receive_buffer* buffers;
    struct receive_buffer* in_ring[RING_ENTRIES];
    struct receive_buffer* free;
    ULONG filled, taken; /* next entry to fill; next entry that the device gives back */
};

struct send_ring {
    NDIS_SPIN_LOCK lock;
    struct shared_memory descriptors;
    PNET_BUFFER frames[RING_ENTRIES];  /* at the entry where a frame begins, */
    ULONG last[RING_ENTRIES];          /* the entry where it ends */
    PNET_BUFFER waiting, *waiting_end; /* for room in the ring */
    ULONG filled, taken, taken_at_check;
};

struct statistics {
    LONG64 sent[3], sent_bytes[3]; /* by enum cast */
    LONG64 received[3], received_bytes[3];
    LONG64 send_errors, send_discards, receive_errors, receive_discards;
};

struct adapter {
    NDIS_HANDLE handle, dma, interrupt, list_pool;
    volatile UCHAR* registers;
    ULONG register_bytes;
    USHORT device; /* DEVICE_* */
    BOOLEAN by_messages, running, stopping, gone, link_up;
    BOOLEAN resetting; /* under send.lock: what is to be sent waits */
    FAST_MUTEX life;   /* restart, pause, reset: one at a time */
    ULONG messages;
    ULONG causes;          /* that are enabled */
    volatile LONG pending; /* causes on their way from the service routine to its DPC */
    LONG holds; /* 1 while running, 1 for each list that is above us or that we have to complete;
                   who drops the last completes the pause */
    ULONG64 speed;
    BOOLEAN full_duplex;
    UCHAR permanent[ADDRESS_BYTES], address[ADDRESS_BYTES];
    ULONG filter, lookahead, multicast_count;
    UCHAR multicast[MULTICAST_MOST][ADDRESS_BYTES];
    struct receive_ring receive;
    struct send_ring send;
    struct statistics statistics;
};

/* hardware.c */
ULONG read_register(struct adapter* adapter, ULONG offset);
void write_register(struct adapter* adapter, ULONG offset, ULONG value);
NDIS_STATUS read_permanent_address(struct adapter* adapter);
void reset_hardware(struct adapter* adapter);
void start_hardware(struct adapter* adapter);
void apply_filter(struct adapter* adapter);
void read_link(struct adapter* adapter);
void collect_hardware_statistics(struct adapter* adapter);

/* interrupt.c */
NDIS_STATUS connect_interrupt(struct adapter* adapter);
void enable_interrupts(struct adapter* adapter);
void disable_interrupts(struct adapter* adapter);

/* receive.c */
NDIS_STATUS make_receive_ring(struct adapter* adapter);
void free_receive_ring(struct adapter* adapter);
void restart_receive_ring(struct adapter* adapter);
void receive_frames(struct adapter* adapter);
VOID NTAPI return_frames(NDIS_HANDLE context, PNET_BUFFER_LIST lists, ULONG flags);

/* send.c */
NDIS_STATUS make_send_ring(struct adapter* adapter);
void free_send_ring(struct adapter* adapter);
void complete_sent(struct adapter* adapter);
/* Everything that has not been sent comes back with this status; the device must not be sending. */
void abort_sends(struct adapter* adapter, NDIS_STATUS status);
void hold_sends(struct adapter* adapter, BOOLEAN held);
BOOLEAN sends_hang(struct adapter* adapter);
VOID NTAPI send_frames(NDIS_HANDLE context, PNET_BUFFER_LIST lists, NDIS_PORT_NUMBER port,
                       ULONG flags);
VOID NTAPI cancel_send(NDIS_HANDLE context, PVOID id);
VOID NTAPI send_list_ready(PDEVICE_OBJECT device, PVOID reserved, PSCATTER_GATHER_LIST pieces,
                           PVOID context);

/* requests.c */
NDIS_STATUS NTAPI oid_request(NDIS_HANDLE context, PNDIS_OID_REQUEST request);
VOID NTAPI cancel_oid(NDIS_HANDLE context, PVOID id);
NDIS_STATUS set_attributes(struct adapter* adapter);
void indicate_link(struct adapter* adapter);
enum cast { kUnicast, kMulticast, kBroadcast };
enum cast cast_of(const UCHAR* frame);

/* adapter.c */
NDIS_STATUS allocate_shared(struct adapter* adapter, struct shared_memory* memory, ULONG bytes);
void free_shared(struct adapter* adapter, struct shared_memory* memory);
void drop_holds(struct adapter* adapter, LONG count);

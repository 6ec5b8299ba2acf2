/* SPDX-License-Identifier: GPL-2.0-only */
/* An NDIS 5.1 miniport driver without hardware, against mingw-w64's NDIS 5 header, so that it
 * checks our layouts: adapters come in pairs, and what one sends the other receives. It is
 * deserialized and indicates packets; with SERIALIZED it is serialized, sends one packet at a time
 * and shows the beginning of what it receives. What it sees go wrong it counts, for who opens its
 * device. */
#pragma once

#define NDIS_MINIPORT_DRIVER 1
#define NDIS51_MINIPORT      1
#include "tests/conformance/ndis/ndis5.h"

#define TAG       'pooL'
#define MTU       1500
#define HEADER    14
#define LONGEST   (MTU + HEADER)
#define PACKETS   16
#define SCARCE    3  /* packets are indicated as scarce when so few are left */
#define LATER     16 /* every so many frames are completed later */
#define LOOKAHEAD 32

#define OID_OF_OURS_HANG 0xFF525301 /* set: the next check finds that the adapter hangs */

#ifdef SERIALIZED
#define NAME       L"Ndis5Serialized"
#define ATTRIBUTES 0
#else
#define NAME       L"Ndis5Loopback"
#define ATTRIBUTES NDIS_ATTRIBUTE_DESERIALIZE
#endif

struct counts {
    LONG initialized, halted, sent, pended, refused, returned, scarce, transferred, timers,
        violations, wrong_irql, lost, speed, resets;
};
extern struct counts counts;

struct frame {
    struct frame* next;
    UINT bytes;
    UCHAR data[LONGEST];
};

struct adapter {
    NDIS_HANDLE handle;
    struct adapter* peer; /* under pair_lock */
    LONG slot, inside;
    UCHAR address[6];
    ULONG filter, lookahead, number;
    NDIS_MINIPORT_TIMER timer;
    NDIS_SPIN_LOCK lock; /* of the following */
    BOOLEAN halting, connected, link_news, request_pends, was_refused, busy, hangs, reset_pends;
    PNDIS_PACKET completions[64];
    UINT completion_count;
    struct frame *first, **last; /* received, for the timer to indicate */
    const struct frame* shown;
    NDIS_HANDLE packet_pool, buffer_pool;
    PNDIS_PACKET free[PACKETS];
    UINT free_count;
};

extern NDIS_SPIN_LOCK pair_lock;

/* ---- What has to hold in each handler */

static inline void enter(struct adapter* adapter) {
    if (KeGetCurrentIrql() != DISPATCH_LEVEL) InterlockedIncrement(&counts.wrong_irql);
#ifdef SERIALIZED
    if (InterlockedIncrement(&adapter->inside) != 1) InterlockedIncrement(&counts.violations);
#else
    (void)adapter;
#endif
}
static inline void leave(struct adapter* adapter) {
#ifdef SERIALIZED
    InterlockedDecrement(&adapter->inside);
#else
    (void)adapter;
#endif
}

/* ---- receive.c, send.c, pair.c, requests.c */

void indicate(struct adapter* adapter, const struct frame* frame);
NDIS_STATUS NTAPI transfer_data(PNDIS_PACKET packet, PUINT bytes, NDIS_HANDLE context,
                                NDIS_HANDLE receive_context, UINT offset, UINT wanted);
VOID NTAPI return_packet(NDIS_HANDLE context, PNDIS_PACKET packet);
BOOLEAN make_packets(struct adapter* adapter);
void free_packets(struct adapter* adapter);
VOID NTAPI timer_due(PVOID system1, PVOID context, PVOID system2, PVOID system3);
void wake(struct adapter* adapter);
BOOLEAN pair(struct adapter* adapter);
void unpair(struct adapter* adapter);
NDIS_STATUS NTAPI send(NDIS_HANDLE context, PNDIS_PACKET packet, UINT flags);
VOID NTAPI send_packets(NDIS_HANDLE context, PPNDIS_PACKET packets, UINT count);
NDIS_STATUS NTAPI query_information(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG room,
                                    PULONG written, PULONG needed);
NDIS_STATUS NTAPI set_information(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG bytes,
                                  PULONG read, PULONG needed);

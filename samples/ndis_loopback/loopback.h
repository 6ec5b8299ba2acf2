/* SPDX-License-Identifier: GPL-2.0-only */
/* An NDIS 6 miniport driver without hardware: adapters come in pairs, and what one sends the other
 * receives. By its parameter *MediaType an adapter has Ethernet frames or (19) IP packets. With the
 * WDK it would include <ndis.h>; mingw-w64's DDK has NDIS 5 only, so RSL's declarations take its
 * place. */
#ifndef RSL_SAMPLES_NDIS_LOOPBACK_LOOPBACK_H
#define RSL_SAMPLES_NDIS_LOOPBACK_LOOPBACK_H

#define __INTRINSIC_DEFINED_InterlockedBitTestAndSet
#define __INTRINSIC_DEFINED_InterlockedBitTestAndReset
#include <ntddk.h>

#include "abi/functions/ndis.h"

#define TAG    'pooL'
#define MTU    1500
#define HEADER 14
#define SPEED  10000000000ULL

/* NetBufferListFrameType: EtherTypes in the network's order. */
#define PACKET_IPV4 ((PVOID)0x0008)
#define PACKET_IPV6 ((PVOID)0xDD86)

/* Of one direction; frames and bytes to one, to some and to all. */
struct counts {
    LONG64 frames[3], bytes[3], errors, discards;
};
enum cast { kUnicast, kMulticast, kBroadcast };

struct adapter {
    NDIS_HANDLE handle, pool, work;
    struct adapter* peer; /* under pair_lock, as running */
    BOOLEAN running;
    LONG holds; /* 1 while running and 1 for each frame that is on its way up; who drops the last
                   completes the pause */
    UCHAR address[6]; /* of Ethernet only */
    ULONG medium, header;
    ULONG filter, lookahead;
    PNDIS_OID_REQUEST pended;
    struct counts sent, received;
};

/* pair.c */
extern PNDIS_RW_LOCK_EX pair_lock;
void indicate_link(struct adapter* adapter, BOOLEAN up);
void pair(struct adapter* adapter);
void unpair(struct adapter* adapter);
void drop(struct adapter* adapter);
struct adapter* hold_peer(struct adapter* adapter);

/* frames.c */
VOID NTAPI send_frames(NDIS_HANDLE context, PNET_BUFFER_LIST lists, NDIS_PORT_NUMBER port,
                       ULONG flags);
VOID NTAPI return_frames(NDIS_HANDLE context, PNET_BUFFER_LIST lists, ULONG flags);
VOID NTAPI cancel_send(NDIS_HANDLE context, PVOID id);

/* requests.c */
NDIS_STATUS set_attributes(struct adapter* adapter);
NDIS_STATUS NTAPI oid_request(NDIS_HANDLE context, PNDIS_OID_REQUEST request);
VOID NTAPI cancel_oid(NDIS_HANDLE context, PVOID id);

#endif

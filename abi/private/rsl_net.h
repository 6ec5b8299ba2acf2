// SPDX-License-Identifier: GPL-2.0-only
// What rslnet.sys and the bridge (bridges/tap) say to each other (docs/adr/0022-net-bridge.md).
//
// \Device\RslNet: one open file is one binding at most. A write takes a batch of frames to the
// adapter and ends once the adapter is done with each of them; a read waits for frames and brings
// as many as there are and fit. A batch is records, each an RSL_NET_RECORD, the frame, and padding
// to the next multiple of 4. The padding of the last record may be missing. The frames of an
// adapter whose medium is NdisMediumIP are IP packets, those of others Ethernet frames.
#pragma once

#include "abi/private/rsl_ndis.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RSL_NET_BATCH_BYTES 65536u /* longest batch; a read must have room for one */
/* Of a frame: a header of Ethernet, or of IPv4. */
#define RSL_NET_LEAST_FRAME(medium) ((medium) == NdisMediumIP ? 20u : 14u)
/* More than the MTU that a frame may have: a header of Ethernet, and a VLAN tag. */
#define RSL_NET_OVER_MTU(medium) ((medium) == NdisMediumIP ? 0u : 18u)

typedef struct _RSL_NET_RECORD {
    ULONG Bytes; /* of the frame */
} RSL_NET_RECORD;
#define RSL_NET_PADDED(bytes) (((bytes) + 3u) & ~3u)

/* METHOD_BUFFERED, FILE_DEVICE_NETWORK (0x12), FILE_ANY_ACCESS. */
#define RSL_NET_CODE(n) ((0x12u << 16) | ((0x800u + (n)) << 2))
#define RSL_NET_LIST \
    RSL_NET_CODE(0) /* ULONG index -> RSL_NDIS_ADAPTER_STATE, as RslNdisQueryAdapter */
#define RSL_NET_BIND       RSL_NET_CODE(1) /* ULONG index; sets the packet filter */
#define RSL_NET_UNBIND     RSL_NET_CODE(2)
#define RSL_NET_STATE      RSL_NET_CODE(3) /* -> RSL_NET_BINDING_STATE */
#define RSL_NET_EVENT      RSL_NET_CODE(4) /* ULONG seen -> ULONG: once Events differs from it */
#define RSL_NET_STATISTICS RSL_NET_CODE(5) /* -> RSL_NET_COUNTS, once the driver has answered */

typedef struct _RSL_NET_BINDING_STATE {
    RSL_NDIS_ADAPTER_STATE Adapter; /* zeros once it has gone */
    ULONG Events;                   /* counts link changes, the stop of the adapter and the like */
    ULONG Bound;                    /* 0: the adapter stopped or has gone */
    ULONG Filter;                   /* the packet filter that the adapter took */
    ULONG Reserved;
    ULONG64 ReceiveDrops; /* frames for which nobody came in time */
    ULONG64 SendFailures; /* frames that the adapter could not send */
} RSL_NET_BINDING_STATE;

/* What a driver may count of its adapter. Errors: frames that were broken. Discards: frames that
 * nothing was wrong with, such as those for which there was no buffer. */
enum {
    RSL_NET_SENT_FRAMES,
    RSL_NET_SENT_BYTES,
    RSL_NET_SEND_ERRORS,
    RSL_NET_SEND_DISCARDS,
    RSL_NET_RECEIVED_FRAMES,
    RSL_NET_RECEIVED_BYTES,
    RSL_NET_RECEIVE_ERRORS,
    RSL_NET_RECEIVE_DISCARDS,
    RSL_NET_COUNTERS
};
typedef struct _RSL_NET_COUNTS {
    ULONG Counted; /* bit n: the driver counts Values[n], which is 0 otherwise */
    ULONG Reserved;
    ULONG64 Values[RSL_NET_COUNTERS];
} RSL_NET_COUNTS;

#ifdef __cplusplus
}
#endif

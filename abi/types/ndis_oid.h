// SPDX-License-Identifier: GPL-2.0-only
// Object identifiers and what they carry (ntddndis.h): media, packet filters, link state,
// statistics.
#pragma once

#include "abi/types/ndis_objects.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef ULONG NDIS_OID, *PNDIS_OID;
#define NDIS_MAX_PHYS_ADDRESS_LENGTH 32

typedef enum _NDIS_MEDIUM {
    NdisMedium802_3 = 0,
    NdisMediumWan = 3,
    NdisMediumTunnel = 15,
    NdisMediumLoopback = 17,
    NdisMediumIP = 19
} NDIS_MEDIUM;
typedef enum _NDIS_PHYSICAL_MEDIUM {
    NdisPhysicalMediumUnspecified = 0,
    NdisPhysicalMedium802_3 = 14
} NDIS_PHYSICAL_MEDIUM;
typedef enum _NDIS_MEDIA_CONNECT_STATE {
    MediaConnectStateUnknown,
    MediaConnectStateConnected,
    MediaConnectStateDisconnected
} NDIS_MEDIA_CONNECT_STATE;
typedef enum _NDIS_MEDIA_DUPLEX_STATE {
    MediaDuplexStateUnknown,
    MediaDuplexStateHalf,
    MediaDuplexStateFull
} NDIS_MEDIA_DUPLEX_STATE;
#define NET_IF_ACCESS_BROADCAST       2
#define NET_IF_DIRECTION_SENDRECEIVE  0
#define NET_IF_CONNECTION_DEDICATED   1
#define IF_TYPE_ETHERNET_CSMACD       6
#define NdisPauseFunctionsUnsupported 0

#define OID_GEN_SUPPORTED_LIST        0x00010101
#define OID_GEN_MAXIMUM_FRAME_SIZE    0x00010106
#define OID_GEN_LINK_SPEED            0x00010107
#define OID_GEN_VENDOR_ID             0x0001010C
#define OID_GEN_VENDOR_DESCRIPTION    0x0001010D
#define OID_GEN_CURRENT_PACKET_FILTER 0x0001010E
#define OID_GEN_CURRENT_LOOKAHEAD     0x0001010F
#define OID_GEN_MAXIMUM_TOTAL_SIZE    0x00010111
#define OID_GEN_VENDOR_DRIVER_VERSION 0x00010116
#define OID_GEN_STATISTICS            0x00020106
#define OID_GEN_XMIT_OK               0x00020101
#define OID_GEN_RCV_OK                0x00020102
#define OID_802_3_PERMANENT_ADDRESS   0x01010101
#define OID_802_3_CURRENT_ADDRESS     0x01010102
#define OID_802_3_MULTICAST_LIST      0x01010103
#define OID_802_3_MAXIMUM_LIST_SIZE   0x01010104

#define NDIS_PACKET_TYPE_DIRECTED           0x00000001
#define NDIS_PACKET_TYPE_MULTICAST          0x00000002
#define NDIS_PACKET_TYPE_ALL_MULTICAST      0x00000004
#define NDIS_PACKET_TYPE_BROADCAST          0x00000008
#define NDIS_PACKET_TYPE_PROMISCUOUS        0x00000020
#define NDIS_MAC_OPTION_COPY_LOOKAHEAD_DATA 0x00000001
#define NDIS_MAC_OPTION_TRANSFERS_NOT_PEND  0x00000004
#define NDIS_MAC_OPTION_NO_LOOPBACK         0x00000008

typedef struct _NDIS_LINK_STATE {
    NDIS_OBJECT_HEADER Header;
    NDIS_MEDIA_CONNECT_STATE MediaConnectState;
    NDIS_MEDIA_DUPLEX_STATE MediaDuplexState;
    ULONG64 XmitLinkSpeed;
    ULONG64 RcvLinkSpeed;
    ULONG PauseFunctions;
    ULONG AutoNegotiationFlags;
} NDIS_LINK_STATE, *PNDIS_LINK_STATE;
RSL_ABI_SIZE(NDIS_LINK_STATE, 0x28);
#define NDIS_LINK_STATE_REVISION_1 1
#define NDIS_SIZEOF_LINK_STATE_REVISION_1 \
    RTL_SIZEOF_THROUGH_FIELD_(NDIS_LINK_STATE, AutoNegotiationFlags)

// ---- Statistics: OID_GEN_STATISTICS
typedef struct _NDIS_STATISTICS_INFO {
    NDIS_OBJECT_HEADER Header;
    ULONG SupportedStatistics; /* NDIS_STATISTICS_FLAGS_* of the members that are counted */
    ULONG64 ifInDiscards;
    ULONG64 ifInErrors;
    ULONG64 ifHCInOctets;
    ULONG64 ifHCInUcastPkts;
    ULONG64 ifHCInMulticastPkts;
    ULONG64 ifHCInBroadcastPkts;
    ULONG64 ifHCOutOctets;
    ULONG64 ifHCOutUcastPkts;
    ULONG64 ifHCOutMulticastPkts;
    ULONG64 ifHCOutBroadcastPkts;
    ULONG64 ifOutErrors;
    ULONG64 ifOutDiscards;
    ULONG64 ifHCInUcastOctets;
    ULONG64 ifHCInMulticastOctets;
    ULONG64 ifHCInBroadcastOctets;
    ULONG64 ifHCOutUcastOctets;
    ULONG64 ifHCOutMulticastOctets;
    ULONG64 ifHCOutBroadcastOctets;
} NDIS_STATISTICS_INFO, *PNDIS_STATISTICS_INFO;
RSL_ABI_SIZE(NDIS_STATISTICS_INFO, 0x98);
#define NDIS_STATISTICS_INFO_REVISION_1        1
#define NDIS_SIZEOF_STATISTICS_INFO_REVISION_1 sizeof(NDIS_STATISTICS_INFO)
#define NDIS_STATISTICS_FLAGS_ALL              0x003F87FF /* every bit that ntddndis.h defines */

#ifdef __cplusplus
}
#endif

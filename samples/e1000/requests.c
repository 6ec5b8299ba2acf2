/* SPDX-License-Identifier: GPL-2.0-only */
/* What the adapter says of itself: attributes, link, OIDs. */
#include "e1000.h"

static NDIS_OID supported[] = {OID_GEN_SUPPORTED_LIST,
                               OID_GEN_MAXIMUM_FRAME_SIZE,
                               OID_GEN_MAXIMUM_TOTAL_SIZE,
                               OID_GEN_VENDOR_ID,
                               OID_GEN_VENDOR_DESCRIPTION,
                               OID_GEN_VENDOR_DRIVER_VERSION,
                               OID_GEN_CURRENT_PACKET_FILTER,
                               OID_GEN_CURRENT_LOOKAHEAD,
                               OID_GEN_XMIT_OK,
                               OID_GEN_RCV_OK,
                               OID_GEN_STATISTICS,
                               OID_802_3_PERMANENT_ADDRESS,
                               OID_802_3_CURRENT_ADDRESS,
                               OID_802_3_MULTICAST_LIST,
                               OID_802_3_MAXIMUM_LIST_SIZE};

#define FILTERS                                                                                \
    (NDIS_PACKET_TYPE_DIRECTED | NDIS_PACKET_TYPE_MULTICAST | NDIS_PACKET_TYPE_ALL_MULTICAST | \
     NDIS_PACKET_TYPE_BROADCAST | NDIS_PACKET_TYPE_PROMISCUOUS)
#define FASTEST        1000000000ULL
#define DRIVER_VERSION 0x00010000

enum cast cast_of(const UCHAR* frame) {
    if (!(frame[0] & 1)) return kUnicast;
    for (int i = 0; i < ADDRESS_BYTES; ++i) {
        if (frame[i] != 0xFF) return kMulticast;
    }
    return kBroadcast;
}

NDIS_STATUS set_attributes(struct adapter* adapter) {
    NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES general = {
        {NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES,
         NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES_REVISION_1,
         NDIS_SIZEOF_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES_REVISION_1}};
    general.MediaType = NdisMedium802_3;
    general.PhysicalMediumType = NdisPhysicalMedium802_3;
    general.MtuSize = general.LookaheadSize = MTU;
    general.MaxXmitLinkSpeed = general.MaxRcvLinkSpeed = FASTEST;
    general.XmitLinkSpeed = general.RcvLinkSpeed = adapter->speed;
    general.MediaConnectState =
        adapter->link_up ? MediaConnectStateConnected : MediaConnectStateDisconnected;
    general.MediaDuplexState = adapter->full_duplex ? MediaDuplexStateFull : MediaDuplexStateHalf;
    general.MacOptions = NDIS_MAC_OPTION_COPY_LOOKAHEAD_DATA | NDIS_MAC_OPTION_TRANSFERS_NOT_PEND |
                         NDIS_MAC_OPTION_NO_LOOPBACK;
    general.SupportedPacketFilters = FILTERS;
    general.MaxMulticastListSize = MULTICAST_MOST;
    general.MacAddressLength = ADDRESS_BYTES;
    RtlCopyMemory(general.PermanentMacAddress, adapter->permanent, ADDRESS_BYTES);
    RtlCopyMemory(general.CurrentMacAddress, adapter->address, ADDRESS_BYTES);
    general.AccessType = NET_IF_ACCESS_BROADCAST;
    general.ConnectionType = NET_IF_CONNECTION_DEDICATED;
    general.IfType = IF_TYPE_ETHERNET_CSMACD;
    general.IfConnectorPresent = TRUE;
    general.SupportedOidList = supported;
    general.SupportedOidListLength = sizeof(supported);
    return NdisMSetMiniportAttributes(adapter->handle, (PNDIS_MINIPORT_ADAPTER_ATTRIBUTES)&general);
}

void indicate_link(struct adapter* adapter) {
    NDIS_LINK_STATE state = {
        {NDIS_OBJECT_TYPE_DEFAULT, NDIS_LINK_STATE_REVISION_1, NDIS_SIZEOF_LINK_STATE_REVISION_1}};
    NDIS_STATUS_INDICATION indication = {{NDIS_OBJECT_TYPE_STATUS_INDICATION,
                                          NDIS_STATUS_INDICATION_REVISION_1,
                                          NDIS_SIZEOF_STATUS_INDICATION_REVISION_1}};
    state.MediaConnectState =
        adapter->link_up ? MediaConnectStateConnected : MediaConnectStateDisconnected;
    state.MediaDuplexState = adapter->full_duplex ? MediaDuplexStateFull : MediaDuplexStateHalf;
    state.XmitLinkSpeed = state.RcvLinkSpeed = adapter->speed;
    indication.SourceHandle = adapter->handle;
    indication.StatusCode = NDIS_STATUS_LINK_STATE;
    indication.StatusBuffer = &state;
    indication.StatusBufferSize = sizeof(state);
    NdisMIndicateStatusEx(adapter->handle, &indication);
}

/* ---- Queries */

static NDIS_STATUS answer(PNDIS_OID_REQUEST request, const void* data, ULONG bytes) {
    if (request->DATA.QUERY_INFORMATION.InformationBufferLength < bytes) {
        request->DATA.QUERY_INFORMATION.BytesNeeded = bytes;
        return NDIS_STATUS_BUFFER_TOO_SHORT;
    }
    RtlCopyMemory(request->DATA.QUERY_INFORMATION.InformationBuffer, data, bytes);
    request->DATA.QUERY_INFORMATION.BytesWritten = bytes;
    return NDIS_STATUS_SUCCESS;
}

static LONG64 sum(const LONG64* counts) { return counts[0] + counts[1] + counts[2]; }

/* OIDs that are counts may be asked for in four bytes or in eight. */
static NDIS_STATUS answer_count(PNDIS_OID_REQUEST request, LONG64 count) {
    ULONG bytes = request->DATA.QUERY_INFORMATION.InformationBufferLength >= sizeof(count)
                      ? sizeof(count)
                      : sizeof(ULONG);
    return answer(request, &count, bytes);
}

static NDIS_STATUS answer_statistics(struct adapter* adapter, PNDIS_OID_REQUEST request) {
    const struct statistics* from = &adapter->statistics;
    NDIS_STATISTICS_INFO info = {{NDIS_OBJECT_TYPE_DEFAULT, NDIS_STATISTICS_INFO_REVISION_1,
                                  NDIS_SIZEOF_STATISTICS_INFO_REVISION_1}};
    collect_hardware_statistics(adapter);
    info.SupportedStatistics = NDIS_STATISTICS_FLAGS_ALL;
    info.ifInDiscards = (ULONG64)from->receive_discards;
    info.ifInErrors = (ULONG64)from->receive_errors;
    info.ifHCInOctets = (ULONG64)sum(from->received_bytes);
    info.ifHCInUcastPkts = (ULONG64)from->received[kUnicast];
    info.ifHCInMulticastPkts = (ULONG64)from->received[kMulticast];
    info.ifHCInBroadcastPkts = (ULONG64)from->received[kBroadcast];
    info.ifHCOutOctets = (ULONG64)sum(from->sent_bytes);
    info.ifHCOutUcastPkts = (ULONG64)from->sent[kUnicast];
    info.ifHCOutMulticastPkts = (ULONG64)from->sent[kMulticast];
    info.ifHCOutBroadcastPkts = (ULONG64)from->sent[kBroadcast];
    info.ifOutErrors = (ULONG64)from->send_errors;
    info.ifOutDiscards = (ULONG64)from->send_discards;
    info.ifHCInUcastOctets = (ULONG64)from->received_bytes[kUnicast];
    info.ifHCInMulticastOctets = (ULONG64)from->received_bytes[kMulticast];
    info.ifHCInBroadcastOctets = (ULONG64)from->received_bytes[kBroadcast];
    info.ifHCOutUcastOctets = (ULONG64)from->sent_bytes[kUnicast];
    info.ifHCOutMulticastOctets = (ULONG64)from->sent_bytes[kMulticast];
    info.ifHCOutBroadcastOctets = (ULONG64)from->sent_bytes[kBroadcast];
    return answer(request, &info, sizeof(info));
}

static NDIS_STATUS query_number(struct adapter* adapter, PNDIS_OID_REQUEST request) {
    ULONG number;
    switch (request->DATA.QUERY_INFORMATION.Oid) {
        case OID_GEN_MAXIMUM_FRAME_SIZE:
            number = MTU;
            break;
        case OID_GEN_MAXIMUM_TOTAL_SIZE:
            number = MTU + HEADER;
            break;
        case OID_GEN_VENDOR_ID:
            number = (ULONG)adapter->permanent[0] | (ULONG)adapter->permanent[1] << 8 |
                     (ULONG)adapter->permanent[2] << 16;
            break;
        case OID_GEN_VENDOR_DRIVER_VERSION:
            number = DRIVER_VERSION;
            break;
        case OID_GEN_CURRENT_PACKET_FILTER:
            number = adapter->filter;
            break;
        case OID_GEN_CURRENT_LOOKAHEAD:
            number = adapter->lookahead;
            break;
        case OID_802_3_MAXIMUM_LIST_SIZE:
            number = MULTICAST_MOST;
            break;
        default:
            return NDIS_STATUS_NOT_SUPPORTED;
    }
    return answer(request, &number, sizeof(number));
}

static NDIS_STATUS query(struct adapter* adapter, PNDIS_OID_REQUEST request) {
    static const char kParallel[] = "Intel 82540EM", kExpress[] = "Intel 82574L";
    switch (request->DATA.QUERY_INFORMATION.Oid) {
        case OID_GEN_SUPPORTED_LIST:
            return answer(request, supported, sizeof(supported));
        case OID_GEN_VENDOR_DESCRIPTION:
            if (adapter->device == DEVICE_82574L)
                return answer(request, kExpress, sizeof(kExpress));
            return answer(request, kParallel, sizeof(kParallel));
        case OID_802_3_PERMANENT_ADDRESS:
            return answer(request, adapter->permanent, ADDRESS_BYTES);
        case OID_802_3_CURRENT_ADDRESS:
            return answer(request, adapter->address, ADDRESS_BYTES);
        case OID_802_3_MULTICAST_LIST:
            return answer(request, adapter->multicast, adapter->multicast_count * ADDRESS_BYTES);
        case OID_GEN_XMIT_OK:
            return answer_count(request, sum(adapter->statistics.sent));
        case OID_GEN_RCV_OK:
            return answer_count(request, sum(adapter->statistics.received));
        case OID_GEN_STATISTICS:
            return answer_statistics(adapter, request);
        default:
            return query_number(adapter, request);
    }
}

/* ---- Sets */

static NDIS_STATUS set_multicast(struct adapter* adapter, const void* data, ULONG bytes) {
    if (bytes % ADDRESS_BYTES != 0) return NDIS_STATUS_INVALID_LENGTH;
    if (bytes > sizeof(adapter->multicast)) return NDIS_STATUS_MULTICAST_FULL;
    RtlCopyMemory(adapter->multicast, data, bytes);
    adapter->multicast_count = bytes / ADDRESS_BYTES;
    if (!adapter->gone) apply_filter(adapter);
    return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS set_filter(struct adapter* adapter, ULONG filter) {
    if (filter & ~(ULONG)FILTERS) return NDIS_STATUS_NOT_SUPPORTED;
    adapter->filter = filter;
    if (!adapter->gone) apply_filter(adapter);
    return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS set(struct adapter* adapter, PNDIS_OID_REQUEST request) {
    ULONG* value = request->DATA.SET_INFORMATION.InformationBuffer;
    ULONG bytes = request->DATA.SET_INFORMATION.InformationBufferLength;
    NDIS_STATUS status;
    if (request->DATA.SET_INFORMATION.Oid == OID_802_3_MULTICAST_LIST) {
        status = set_multicast(adapter, value, bytes);
    } else if (bytes < sizeof(*value)) {
        request->DATA.SET_INFORMATION.BytesNeeded = sizeof(*value);
        return NDIS_STATUS_INVALID_LENGTH;
    } else if (request->DATA.SET_INFORMATION.Oid == OID_GEN_CURRENT_PACKET_FILTER) {
        status = set_filter(adapter, *value);
    } else if (request->DATA.SET_INFORMATION.Oid == OID_GEN_CURRENT_LOOKAHEAD) {
        adapter->lookahead = *value;
        status = NDIS_STATUS_SUCCESS;
    } else {
        return NDIS_STATUS_NOT_SUPPORTED;
    }
    if (status == NDIS_STATUS_SUCCESS) request->DATA.SET_INFORMATION.BytesRead = bytes;
    return status;
}

NDIS_STATUS NTAPI oid_request(NDIS_HANDLE context, PNDIS_OID_REQUEST request) {
    switch (request->RequestType) {
        case NdisRequestQueryInformation:
        case NdisRequestQueryStatistics:
            return query(context, request);
        case NdisRequestSetInformation:
            return set(context, request);
        default:
            return NDIS_STATUS_NOT_SUPPORTED;
    }
}

/* None is ever pending. */
VOID NTAPI cancel_oid(NDIS_HANDLE context, PVOID id) { (void)context, (void)id; }

/* SPDX-License-Identifier: GPL-2.0-only */
/* What an adapter says of itself: attributes, OIDs. */
#include "loopback.h"

static NDIS_OID supported[] = {OID_GEN_SUPPORTED_LIST,
                               OID_GEN_MAXIMUM_FRAME_SIZE,
                               OID_GEN_MAXIMUM_TOTAL_SIZE,
                               OID_GEN_VENDOR_DESCRIPTION,
                               OID_GEN_CURRENT_PACKET_FILTER,
                               OID_GEN_CURRENT_LOOKAHEAD,
                               OID_GEN_XMIT_OK,
                               OID_GEN_RCV_OK,
                               OID_GEN_STATISTICS,
                               OID_802_3_PERMANENT_ADDRESS,
                               OID_802_3_CURRENT_ADDRESS,
                               OID_802_3_MULTICAST_LIST};

NDIS_STATUS set_attributes(struct adapter* adapter) {
    NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES registration = {
        {NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES,
         NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES_REVISION_1,
         NDIS_SIZEOF_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES_REVISION_1}};
    NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES general = {
        {NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES,
         NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES_REVISION_1,
         NDIS_SIZEOF_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES_REVISION_1}};
    NDIS_STATUS status;
    registration.MiniportAdapterContext = adapter;
    registration.AttributeFlags =
        NDIS_MINIPORT_ATTRIBUTES_SURPRISE_REMOVE_OK | NDIS_MINIPORT_ATTRIBUTES_NDIS_WDM;
    registration.InterfaceType = Internal;
    status = NdisMSetMiniportAttributes(adapter->handle,
                                        (PNDIS_MINIPORT_ADAPTER_ATTRIBUTES)&registration);
    if (status != NDIS_STATUS_SUCCESS) return status;
    general.MediaType = adapter->medium;
    general.MtuSize = MTU;
    general.MaxXmitLinkSpeed = general.MaxRcvLinkSpeed = general.XmitLinkSpeed =
        general.RcvLinkSpeed = SPEED;
    general.MediaConnectState = MediaConnectStateDisconnected;
    general.MediaDuplexState = MediaDuplexStateFull;
    general.LookaheadSize = MTU;
    general.MacOptions = NDIS_MAC_OPTION_COPY_LOOKAHEAD_DATA | NDIS_MAC_OPTION_TRANSFERS_NOT_PEND |
                         NDIS_MAC_OPTION_NO_LOOPBACK;
    general.SupportedPacketFilters =
        NDIS_PACKET_TYPE_DIRECTED | NDIS_PACKET_TYPE_BROADCAST | NDIS_PACKET_TYPE_ALL_MULTICAST;
    if (adapter->medium != NdisMediumIP) {
        general.MacAddressLength = sizeof(adapter->address);
        RtlCopyMemory(general.PermanentMacAddress, adapter->address, sizeof(adapter->address));
        RtlCopyMemory(general.CurrentMacAddress, adapter->address, sizeof(adapter->address));
    }
    general.AccessType = NET_IF_ACCESS_BROADCAST;
    general.ConnectionType = NET_IF_CONNECTION_DEDICATED;
    general.IfType =
        adapter->medium == NdisMediumIP ? IF_TYPE_PROP_VIRTUAL : IF_TYPE_ETHERNET_CSMACD;
    general.SupportedOidList = supported;
    general.SupportedOidListLength = sizeof(supported);
    return NdisMSetMiniportAttributes(adapter->handle, (PNDIS_MINIPORT_ADAPTER_ATTRIBUTES)&general);
}

/* ---- OID requests */

static NDIS_STATUS answer(PNDIS_OID_REQUEST request, const void* data, ULONG bytes) {
    if (request->DATA.QUERY_INFORMATION.InformationBufferLength < bytes) {
        request->DATA.QUERY_INFORMATION.BytesNeeded = bytes;
        return NDIS_STATUS_BUFFER_TOO_SHORT;
    }
    RtlCopyMemory(request->DATA.QUERY_INFORMATION.InformationBuffer, data, bytes);
    request->DATA.QUERY_INFORMATION.BytesWritten = bytes;
    return NDIS_STATUS_SUCCESS;
}

static LONG64 sum(const LONG64* parts) { return parts[0] + parts[1] + parts[2]; }

static NDIS_STATUS answer_statistics(struct adapter* adapter, PNDIS_OID_REQUEST request) {
    const struct counts *in = &adapter->received, *out = &adapter->sent;
    NDIS_STATISTICS_INFO info = {{NDIS_OBJECT_TYPE_DEFAULT, NDIS_STATISTICS_INFO_REVISION_1,
                                  NDIS_SIZEOF_STATISTICS_INFO_REVISION_1}};
    info.SupportedStatistics = NDIS_STATISTICS_FLAGS_ALL;
    info.ifInErrors = (ULONG64)in->errors;
    info.ifInDiscards = (ULONG64)in->discards;
    info.ifHCInOctets = (ULONG64)sum(in->bytes);
    info.ifHCInUcastPkts = (ULONG64)in->frames[kUnicast];
    info.ifHCInMulticastPkts = (ULONG64)in->frames[kMulticast];
    info.ifHCInBroadcastPkts = (ULONG64)in->frames[kBroadcast];
    info.ifHCInUcastOctets = (ULONG64)in->bytes[kUnicast];
    info.ifHCInMulticastOctets = (ULONG64)in->bytes[kMulticast];
    info.ifHCInBroadcastOctets = (ULONG64)in->bytes[kBroadcast];
    info.ifOutErrors = (ULONG64)out->errors;
    info.ifOutDiscards = (ULONG64)out->discards;
    info.ifHCOutOctets = (ULONG64)sum(out->bytes);
    info.ifHCOutUcastPkts = (ULONG64)out->frames[kUnicast];
    info.ifHCOutMulticastPkts = (ULONG64)out->frames[kMulticast];
    info.ifHCOutBroadcastPkts = (ULONG64)out->frames[kBroadcast];
    info.ifHCOutUcastOctets = (ULONG64)out->bytes[kUnicast];
    info.ifHCOutMulticastOctets = (ULONG64)out->bytes[kMulticast];
    info.ifHCOutBroadcastOctets = (ULONG64)out->bytes[kBroadcast];
    return answer(request, &info, sizeof(info));
}

static NDIS_STATUS query(struct adapter* adapter, PNDIS_OID_REQUEST request) {
    static const char kVendor[] = "RSL loopback pair";
    ULONG number = 0;
    LONG64 count = 0;
    switch (request->DATA.QUERY_INFORMATION.Oid) {
        case OID_GEN_SUPPORTED_LIST:
            return answer(request, supported, sizeof(supported));
        case OID_GEN_VENDOR_DESCRIPTION:
            return answer(request, kVendor, sizeof(kVendor));
        case OID_802_3_PERMANENT_ADDRESS:
        case OID_802_3_CURRENT_ADDRESS:
            return answer(request, adapter->address, sizeof(adapter->address));
        case OID_GEN_XMIT_OK:
            count = sum(adapter->sent.frames);
            return answer(request, &count, sizeof(count));
        case OID_GEN_RCV_OK:
            count = sum(adapter->received.frames);
            return answer(request, &count, sizeof(count));
        case OID_GEN_STATISTICS:
            return answer_statistics(adapter, request);
        case OID_GEN_MAXIMUM_FRAME_SIZE:
            number = MTU;
            break;
        case OID_GEN_MAXIMUM_TOTAL_SIZE:
            number = MTU + adapter->header;
            break;
        case OID_GEN_CURRENT_PACKET_FILTER:
            number = adapter->filter;
            break;
        case OID_GEN_CURRENT_LOOKAHEAD:
            number = adapter->lookahead;
            break;
        default:
            return NDIS_STATUS_NOT_SUPPORTED;
    }
    return answer(request, &number, sizeof(number));
}

/* As a driver does whose hardware takes its time. */
static VOID NTAPI finish_request(PVOID context, NDIS_HANDLE work) {
    struct adapter* adapter = context;
    PNDIS_OID_REQUEST request = adapter->pended;
    (void)work;
    adapter->pended = NULL;
    request->DATA.SET_INFORMATION.BytesRead = request->DATA.SET_INFORMATION.InformationBufferLength;
    NdisMOidRequestComplete(adapter->handle, request, NDIS_STATUS_SUCCESS);
}

static NDIS_STATUS set(struct adapter* adapter, PNDIS_OID_REQUEST request) {
    ULONG* value = request->DATA.SET_INFORMATION.InformationBuffer;
    ULONG bytes = request->DATA.SET_INFORMATION.InformationBufferLength;
    if (request->DATA.SET_INFORMATION.Oid == OID_802_3_MULTICAST_LIST) {
        if (bytes % sizeof(adapter->address) != 0) return NDIS_STATUS_INVALID_LENGTH;
        adapter->pended = request;
        NdisQueueIoWorkItem(adapter->work, finish_request, adapter);
        return NDIS_STATUS_PENDING;
    }
    if (bytes < sizeof(*value)) return NDIS_STATUS_INVALID_LENGTH;
    switch (request->DATA.SET_INFORMATION.Oid) {
        case OID_GEN_CURRENT_PACKET_FILTER:
            adapter->filter = *value;
            break;
        case OID_GEN_CURRENT_LOOKAHEAD:
            adapter->lookahead = *value;
            break;
        default:
            return NDIS_STATUS_NOT_SUPPORTED;
    }
    request->DATA.SET_INFORMATION.BytesRead = sizeof(*value);
    return NDIS_STATUS_SUCCESS;
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
VOID NTAPI cancel_oid(NDIS_HANDLE context, PVOID id) { (void)context, (void)id; }

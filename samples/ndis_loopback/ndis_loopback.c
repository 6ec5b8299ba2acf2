/* SPDX-License-Identifier: GPL-2.0-only */
/* An NDIS 6 miniport driver without hardware: adapters come in pairs, and what one sends the other
 * receives. By its parameter *MediaType an adapter has Ethernet frames or (19) IP packets. With the
 * WDK it would include <ndis.h>; mingw-w64's DDK has NDIS 5 only, so RSL's declarations take its
 * place. */
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

static NDIS_HANDLE driver_handle;
static PNDIS_RW_LOCK_EX pair_lock;
static struct adapter* unpaired[2]; /* Ethernet, IP; under pair_lock */

/* ---- The pair */

static void indicate_link(struct adapter* adapter, BOOLEAN up) {
    NDIS_LINK_STATE state = {
        {NDIS_OBJECT_TYPE_DEFAULT, NDIS_LINK_STATE_REVISION_1, NDIS_SIZEOF_LINK_STATE_REVISION_1}};
    NDIS_STATUS_INDICATION indication = {{NDIS_OBJECT_TYPE_STATUS_INDICATION,
                                          NDIS_STATUS_INDICATION_REVISION_1,
                                          NDIS_SIZEOF_STATUS_INDICATION_REVISION_1}};
    state.MediaConnectState = up ? MediaConnectStateConnected : MediaConnectStateDisconnected;
    state.MediaDuplexState = MediaDuplexStateFull;
    state.XmitLinkSpeed = state.RcvLinkSpeed = SPEED;
    indication.SourceHandle = adapter->handle;
    indication.StatusCode = NDIS_STATUS_LINK_STATE;
    indication.StatusBuffer = &state;
    indication.StatusBufferSize = sizeof(state);
    NdisMIndicateStatusEx(adapter->handle, &indication);
}

static struct adapter** place_of(struct adapter* adapter) {
    return &unpaired[adapter->medium == NdisMediumIP];
}

static void pair(struct adapter* adapter) {
    struct adapter** place = place_of(adapter);
    LOCK_STATE_EX state;
    NdisAcquireRWLockWrite(pair_lock, &state, 0);
    if (*place == NULL) {
        *place = adapter;
    } else {
        adapter->peer = *place;
        (*place)->peer = adapter;
        *place = NULL;
    }
    NdisReleaseRWLock(pair_lock, &state);
}

static void unpair(struct adapter* adapter) {
    struct adapter** place = place_of(adapter);
    LOCK_STATE_EX state;
    struct adapter* peer;
    NdisAcquireRWLockWrite(pair_lock, &state, 0);
    peer = adapter->peer;
    if (*place == adapter) *place = NULL;
    if (peer != NULL) {
        peer->peer = adapter->peer = NULL;
        if (*place == NULL) *place = peer;
    }
    NdisReleaseRWLock(pair_lock, &state);
    if (peer != NULL) indicate_link(peer, FALSE);
}

static void drop(struct adapter* adapter) {
    if (InterlockedDecrement(&adapter->holds) == 0) NdisMPauseComplete(adapter->handle);
}

/* The peer, held, if it takes frames. */
static struct adapter* hold_peer(struct adapter* adapter) {
    LOCK_STATE_EX state;
    struct adapter* peer;
    NdisAcquireRWLockRead(pair_lock, &state, 0);
    peer = adapter->peer;
    if (peer != NULL && peer->running) {
        InterlockedIncrement(&peer->holds);
    } else {
        peer = NULL;
    }
    NdisReleaseRWLock(pair_lock, &state);
    return peer;
}

/* ---- Frames */

static void free_frame(PNET_BUFFER_LIST list) {
    PMDL mdl = list->FirstNetBuffer->MdlChain;
    PVOID memory = MmGetMdlVirtualAddress(mdl);
    NdisFreeNetBufferList(list);
    NdisFreeMdl(mdl);
    NdisFreeMemory(memory, 0, 0);
}

static PNET_BUFFER_LIST copy_frame(struct adapter* to, PNET_BUFFER from) {
    ULONG bytes = NET_BUFFER_DATA_LENGTH(from), copied = 0;
    PVOID memory =
        NdisAllocateMemoryWithTagPriority(to->handle, bytes, TAG, NdisNormalPoolPriority);
    PMDL mdl = memory == NULL ? NULL : NdisAllocateMdl(to->handle, memory, bytes);
    PNET_BUFFER_LIST list =
        mdl == NULL ? NULL : NdisAllocateNetBufferAndNetBufferList(to->pool, 0, 0, mdl, 0, bytes);
    if (list == NULL) {
        if (mdl != NULL) NdisFreeMdl(mdl);
        if (memory != NULL) NdisFreeMemory(memory, 0, 0);
        return NULL;
    }
    NdisCopyFromNetBufferToNetBuffer(list->FirstNetBuffer, 0, bytes, from, 0, &copied);
    if (copied == bytes) return list;
    free_frame(list);
    return NULL;
}

/* Packets are not looked at: there is one other end. */
static enum cast cast_of(struct adapter* adapter, PNET_BUFFER buffer) {
    UCHAR room[6];
    const UCHAR* to = adapter->medium == NdisMediumIP
                          ? NULL
                          : NdisGetDataBuffer(buffer, sizeof(room), room, 1, 0);
    if (to == NULL || !(to[0] & 1)) return kUnicast;
    for (ULONG i = 0; i < sizeof(room); ++i) {
        if (to[i] != 0xFF) return kMulticast;
    }
    return kBroadcast;
}

static void count(struct counts* counts, enum cast cast, ULONG bytes) {
    InterlockedIncrement64(&counts->frames[cast]);
    InterlockedAdd64(&counts->bytes[cast], bytes);
}

/* What says which packet it is goes along with it. */
static void mark_packet(PNET_BUFFER_LIST list, PVOID type) {
    list->NblFlags |= type == PACKET_IPV4 ? NDIS_NBL_FLAGS_IS_IPV4 : NDIS_NBL_FLAGS_IS_IPV6;
    NET_BUFFER_LIST_INFO(list, NetBufferListFrameType) = type;
}

static void deliver(struct adapter* from, PNET_BUFFER buffer, enum cast cast, PVOID type,
                    ULONG flags) {
    struct adapter* peer = hold_peer(from);
    PNET_BUFFER_LIST copy;
    if (peer == NULL) return;
    copy = copy_frame(peer, buffer);
    if (copy == NULL) {
        InterlockedIncrement64(&peer->received.discards);
        drop(peer);
        return;
    }
    if (from->medium == NdisMediumIP) mark_packet(copy, type);
    count(&peer->received, cast, NET_BUFFER_DATA_LENGTH(buffer));
    /* The hold goes with the frame, to return_frames(). */
    NdisMIndicateReceiveNetBufferLists(peer->handle, copy, NDIS_DEFAULT_PORT_NUMBER, 1, flags);
}

static NDIS_STATUS send_frame(struct adapter* adapter, PNET_BUFFER buffer, PVOID type,
                              ULONG flags) {
    const ULONG bytes = NET_BUFFER_DATA_LENGTH(buffer);
    enum cast cast;
    if (bytes < adapter->header || bytes > MTU + adapter->header) {
        InterlockedIncrement64(&adapter->sent.errors);
        return NDIS_STATUS_INVALID_LENGTH;
    }
    if (adapter->medium == NdisMediumIP && type != PACKET_IPV4 && type != PACKET_IPV6) {
        InterlockedIncrement64(&adapter->sent.errors);
        return NDIS_STATUS_INVALID_DATA;
    }
    cast = cast_of(adapter, buffer);
    count(&adapter->sent, cast, bytes);
    deliver(adapter, buffer, cast, type, flags);
    return NDIS_STATUS_SUCCESS;
}

static VOID NTAPI send_frames(NDIS_HANDLE context, PNET_BUFFER_LIST lists, NDIS_PORT_NUMBER port,
                              ULONG flags) {
    struct adapter* adapter = context;
    BOOLEAN at_dispatch = (flags & NDIS_SEND_FLAGS_DISPATCH_LEVEL) != 0;
    (void)port;
    for (PNET_BUFFER_LIST list = lists; list != NULL; list = NET_BUFFER_LIST_NEXT_NBL(list)) {
        NET_BUFFER_LIST_STATUS(list) = NDIS_STATUS_SUCCESS;
        for (PNET_BUFFER buffer = NET_BUFFER_LIST_FIRST_NB(list); buffer != NULL;
             buffer = NET_BUFFER_NEXT_NB(buffer)) {
            const NDIS_STATUS status =
                send_frame(adapter, buffer, NET_BUFFER_LIST_INFO(list, NetBufferListFrameType),
                           at_dispatch ? NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL : 0);
            if (status != NDIS_STATUS_SUCCESS) NET_BUFFER_LIST_STATUS(list) = status;
        }
    }
    NdisMSendNetBufferListsComplete(adapter->handle, lists,
                                    at_dispatch ? NDIS_SEND_COMPLETE_FLAGS_DISPATCH_LEVEL : 0);
}

static VOID NTAPI return_frames(NDIS_HANDLE context, PNET_BUFFER_LIST lists, ULONG flags) {
    (void)flags;
    while (lists != NULL) {
        PNET_BUFFER_LIST next = NET_BUFFER_LIST_NEXT_NBL(lists);
        free_frame(lists);
        drop(context);
        lists = next;
    }
}

static VOID NTAPI cancel_send(NDIS_HANDLE context, PVOID id) {
    (void)context, (void)id;
} /* none is ever waiting */

/* ---- OID requests */

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

static NDIS_STATUS NTAPI oid_request(NDIS_HANDLE context, PNDIS_OID_REQUEST request) {
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
static VOID NTAPI cancel_oid(NDIS_HANDLE context, PVOID id) { (void)context, (void)id; }

/* ---- An adapter's life */

static void read_medium(struct adapter* adapter, NDIS_HANDLE configuration) {
    NDIS_STRING name = RTL_CONSTANT_STRING(L"*MediaType");
    PNDIS_CONFIGURATION_PARAMETER parameter;
    NDIS_STATUS status;
    NdisReadConfiguration(&status, &parameter, configuration, &name, NdisParameterInteger);
    if (status != NDIS_STATUS_SUCCESS || parameter->ParameterData.IntegerData != NdisMediumIP)
        return;
    adapter->medium = NdisMediumIP;
    adapter->header = 0;
}

static void read_parameters(struct adapter* adapter, ULONG index) {
    static const UCHAR kFirst[6] = {0x02, 0x52, 0x53, 0x4C, 0x00, 0x00};
    NDIS_CONFIGURATION_OBJECT object = {{NDIS_OBJECT_TYPE_CONFIGURATION_OBJECT,
                                         NDIS_CONFIGURATION_OBJECT_REVISION_1,
                                         NDIS_SIZEOF_CONFIGURATION_OBJECT_REVISION_1}};
    NDIS_HANDLE configuration;
    NDIS_STATUS status;
    PVOID address;
    NDIS_UINT bytes;
    adapter->medium = NdisMedium802_3;
    adapter->header = HEADER;
    RtlCopyMemory(adapter->address, kFirst, sizeof(kFirst));
    adapter->address[5] = (UCHAR)index;
    object.NdisHandle = adapter->handle;
    if (NdisOpenConfigurationEx(&object, &configuration) != NDIS_STATUS_SUCCESS) return;
    NdisReadNetworkAddress(&status, &address, &bytes, configuration);
    if (status == NDIS_STATUS_SUCCESS && bytes == sizeof(adapter->address))
        RtlCopyMemory(adapter->address, address, bytes);
    read_medium(adapter, configuration);
    NdisCloseConfiguration(configuration);
}

static NDIS_STATUS set_attributes(struct adapter* adapter) {
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

static void free_adapter(struct adapter* adapter) {
    if (adapter->pool != NULL) NdisFreeNetBufferListPool(adapter->pool);
    if (adapter->work != NULL) NdisFreeIoWorkItem(adapter->work);
    NdisFreeMemory(adapter, 0, 0);
}

static NDIS_STATUS NTAPI initialize(NDIS_HANDLE handle, NDIS_HANDLE context,
                                    PNDIS_MINIPORT_INIT_PARAMETERS parameters) {
    NET_BUFFER_LIST_POOL_PARAMETERS pool = {
        {NDIS_OBJECT_TYPE_DEFAULT, NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1,
         NDIS_SIZEOF_NET_BUFFER_LIST_POOL_PARAMETERS_REVISION_1}};
    struct adapter* adapter =
        NdisAllocateMemoryWithTagPriority(handle, sizeof(*adapter), TAG, NdisNormalPoolPriority);
    NDIS_STATUS status = NDIS_STATUS_RESOURCES;
    (void)context;
    if (adapter == NULL) return status;
    RtlZeroMemory(adapter, sizeof(*adapter));
    adapter->handle = handle;
    read_parameters(adapter, parameters->IfIndex);
    pool.fAllocateNetBuffer = TRUE;
    pool.PoolTag = TAG;
    adapter->pool = NdisAllocateNetBufferListPool(handle, &pool);
    adapter->work = NdisAllocateIoWorkItem(handle);
    if (adapter->pool != NULL && adapter->work != NULL) status = set_attributes(adapter);
    if (status != NDIS_STATUS_SUCCESS) {
        free_adapter(adapter);
        return status;
    }
    pair(adapter);
    return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS NTAPI restart(NDIS_HANDLE context,
                                 PNDIS_MINIPORT_RESTART_PARAMETERS parameters) {
    struct adapter *adapter = context, *peer;
    LOCK_STATE_EX state;
    (void)parameters;
    NdisAcquireRWLockWrite(pair_lock, &state, 0);
    adapter->holds = 1;
    adapter->running = TRUE;
    peer = adapter->peer;
    NdisReleaseRWLock(pair_lock, &state);
    if (peer != NULL) {
        indicate_link(adapter, TRUE);
        indicate_link(peer, TRUE);
    }
    return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS NTAPI pause(NDIS_HANDLE context, PNDIS_MINIPORT_PAUSE_PARAMETERS parameters) {
    struct adapter* adapter = context;
    LOCK_STATE_EX state;
    (void)parameters;
    NdisAcquireRWLockWrite(pair_lock, &state, 0);
    adapter->running = FALSE;
    NdisReleaseRWLock(pair_lock, &state);
    return InterlockedDecrement(&adapter->holds) == 0 ? NDIS_STATUS_SUCCESS : NDIS_STATUS_PENDING;
}

static VOID NTAPI halt(NDIS_HANDLE context, NDIS_HALT_ACTION action) {
    (void)action;
    unpair(context);
    free_adapter(context);
}
static VOID NTAPI shutdown(NDIS_HANDLE context, NDIS_SHUTDOWN_ACTION action) {
    (void)context, (void)action;
}
static VOID NTAPI pnp_event(NDIS_HANDLE context, PNET_DEVICE_PNP_EVENT event) {
    (void)context, (void)event;
}

static VOID NTAPI unload(PDRIVER_OBJECT driver) {
    (void)driver;
    NdisMDeregisterMiniportDriver(driver_handle);
    NdisFreeRWLock(pair_lock);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    NDIS_MINIPORT_DRIVER_CHARACTERISTICS characteristics = {
        {NDIS_OBJECT_TYPE_MINIPORT_DRIVER_CHARACTERISTICS,
         NDIS_MINIPORT_DRIVER_CHARACTERISTICS_REVISION_1,
         NDIS_SIZEOF_MINIPORT_DRIVER_CHARACTERISTICS_REVISION_1}};
    NDIS_STATUS status;
    pair_lock = NdisAllocateRWLock(NULL);
    if (pair_lock == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    characteristics.MajorNdisVersion = 6;
    characteristics.MinorNdisVersion = 0;
    characteristics.MajorDriverVersion = 1;
    characteristics.InitializeHandlerEx = initialize;
    characteristics.HaltHandlerEx = halt;
    characteristics.UnloadHandler = unload;
    characteristics.PauseHandler = pause;
    characteristics.RestartHandler = restart;
    characteristics.OidRequestHandler = oid_request;
    characteristics.SendNetBufferListsHandler = send_frames;
    characteristics.ReturnNetBufferListsHandler = return_frames;
    characteristics.CancelSendHandler = cancel_send;
    characteristics.DevicePnPEventNotifyHandler = pnp_event;
    characteristics.ShutdownHandlerEx = shutdown;
    characteristics.CancelOidRequestHandler = cancel_oid;
    status = NdisMRegisterMiniportDriver(driver, path, NULL, &characteristics, &driver_handle);
    if (status != NDIS_STATUS_SUCCESS) NdisFreeRWLock(pair_lock);
    return status;
}

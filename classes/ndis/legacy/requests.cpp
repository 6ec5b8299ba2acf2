// SPDX-License-Identifier: GPL-2.0-only
// OID requests of NDIS 6 become queries and sets; status indications go the other way. What an
// NDIS 6 miniport tells of itself as attributes is asked for.
#include <cstring>

#include "abi/functions/ndis_legacy.h"
#include "classes/ndis/legacy/miniport.hpp"

namespace rsl::ndis::legacy {
namespace {

constexpr ULONG64 kSpeedUnit = 100;  // OID_GEN_LINK_SPEED counts hundreds of bits a second

NDIS_STATUS query(Miniport& miniport, NDIS_OID_REQUEST& request) {
    auto& data = request.DATA.QUERY_INFORMATION;
    return miniport.driver->calls.QueryInformationHandler(
        miniport.context, data.Oid, data.InformationBuffer, data.InformationBufferLength,
        reinterpret_cast<ULONG*>(&data.BytesWritten), reinterpret_cast<ULONG*>(&data.BytesNeeded));
}

NDIS_STATUS set(Miniport& miniport, NDIS_OID_REQUEST& request) {
    auto& data = request.DATA.SET_INFORMATION;
    return miniport.driver->calls.SetInformationHandler(
        miniport.context, data.Oid, data.InformationBuffer, data.InformationBufferLength,
        reinterpret_cast<ULONG*>(&data.BytesRead), reinterpret_cast<ULONG*>(&data.BytesNeeded));
}

NDIS_OID_REQUEST query_of(NDIS_OID oid, void* answer, ULONG bytes) {
    NDIS_OID_REQUEST request = {};
    request.Header = {NDIS_OBJECT_TYPE_OID_REQUEST, NDIS_OID_REQUEST_REVISION_1,
                      NDIS_SIZEOF_OID_REQUEST_REVISION_1};
    request.RequestType = NdisRequestQueryInformation;
    request.DATA.QUERY_INFORMATION.Oid = oid;
    request.DATA.QUERY_INFORMATION.InformationBuffer = answer;
    request.DATA.QUERY_INFORMATION.InformationBufferLength = bytes;
    return request;
}

/// During initialization, when nobody else asks. The answer has as many bytes, or it is none.
bool ask(Miniport& miniport, NDIS_OID oid, void* answer, ULONG bytes) {
    Adapter& adapter = *miniport.adapter;
    NDIS_OID_REQUEST request = query_of(oid, answer, bytes);
    KeClearEvent(&adapter.oid_done);
    adapter.oid_pending.store(&request, std::memory_order_release);  // pairs with completion
    NDIS_STATUS status = oid_request(&miniport, &request);
    if (status == NDIS_STATUS_PENDING) {
        KeWaitForSingleObject(&adapter.oid_done, Executive, KernelMode, FALSE, nullptr);
        status = adapter.oid_status;
    }
    adapter.oid_pending.store(nullptr, std::memory_order_release);
    return status == NDIS_STATUS_SUCCESS && request.DATA.QUERY_INFORMATION.BytesWritten == bytes;
}

ULONG ask_number(Miniport& miniport, NDIS_OID oid, ULONG otherwise) {
    ULONG number = 0;
    return ask(miniport, oid, &number, sizeof(number)) ? number : otherwise;
}

void indicate(Miniport& miniport, NDIS_STATUS code, void* buffer, ULONG bytes) {
    NDIS_STATUS_INDICATION indication = {};
    indication.Header = {NDIS_OBJECT_TYPE_STATUS_INDICATION, NDIS_STATUS_INDICATION_REVISION_1,
                         static_cast<USHORT>(NDIS_SIZEOF_STATUS_INDICATION_REVISION_1)};
    indication.SourceHandle = miniport.adapter;
    indication.StatusCode = code;
    indication.StatusBuffer = buffer;
    indication.StatusBufferSize = bytes;
    NdisMIndicateStatusEx(miniport.adapter, &indication);
}

void indicate_link(Miniport& miniport, bool connected) {
    NDIS_LINK_STATE state = {};
    state.Header = {NDIS_OBJECT_TYPE_DEFAULT, NDIS_LINK_STATE_REVISION_1,
                    static_cast<USHORT>(NDIS_SIZEOF_LINK_STATE_REVISION_1)};
    state.MediaConnectState =
        connected ? MediaConnectStateConnected : MediaConnectStateDisconnected;
    state.MediaDuplexState = MediaDuplexStateUnknown;
    state.XmitLinkSpeed = state.RcvLinkSpeed = miniport.link_speed.load(std::memory_order_relaxed);
    indicate(miniport, NDIS_STATUS_LINK_STATE, &state, sizeof(state));
}

bool is_connected(Adapter& adapter) {
    const KIRQL irql = KeAcquireSpinLockRaiseToDpc(&adapter.link_lock);
    const bool connected = adapter.link_state.MediaConnectState == MediaConnectStateConnected;
    KeReleaseSpinLock(&adapter.link_lock, irql);
    return connected;
}

void NTAPI ask_speed(DEVICE_OBJECT*, void* context) {
    auto& miniport = *static_cast<Miniport*>(context);
    miniport.speed_is_wanted.store(false, std::memory_order_seq_cst);  // what comes now asks again
    ULONG units = 0;
    NDIS_OID_REQUEST request = query_of(OID_GEN_LINK_SPEED, &units, sizeof(units));
    if (request_oid(*miniport.adapter, request) == NDIS_STATUS_SUCCESS) {
        const ULONG64 speed = kSpeedUnit * units;
        const bool changed =
            miniport.link_speed.exchange(speed, std::memory_order_relaxed) != speed;
        if (changed && is_connected(*miniport.adapter)) indicate_link(miniport, true);
    }
    drop(miniport);
}

}  // namespace

NDIS_STATUS NTAPI oid_request(NDIS_HANDLE context, NDIS_OID_REQUEST* request) {
    auto& miniport = *static_cast<Miniport*>(context);
    Entered inside{miniport};
    switch (request->RequestType) {
        case NdisRequestQueryInformation:
        case NdisRequestQueryStatistics:
            return query(miniport, *request);
        case NdisRequestSetInformation:
            return set(miniport, *request);
        default:
            return NDIS_STATUS_NOT_SUPPORTED;
    }
}

void NTAPI request_complete(NDIS_HANDLE handle, NDIS_STATUS status) {
    Adapter& adapter = *adapter_of(handle);
    NDIS_OID_REQUEST* const request = adapter.oid_pending.load(std::memory_order_acquire);
    if (request == nullptr) {
        DbgPrint("ndis: %wZ completes a request, and none is under way\n", &adapter.instance);
        return;
    }
    NdisMOidRequestComplete(handle, request, status);
}

void refresh_speed(Miniport& miniport) {
    if (!hold(miniport)) return;  // restart() asks
    if (miniport.speed_is_wanted.exchange(true, std::memory_order_seq_cst)) {
        drop(miniport);
    } else {
        IoQueueWorkItem(miniport.speed_item, &ask_speed, DelayedWorkQueue, &miniport);
    }
}

NDIS_STATUS describe(Miniport& miniport) {
    constexpr ULONG kEthernetMtu = 1500, kAddressBytes = 6, kDisconnected = 1, kOnePacket = 1;
    NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES general = {};
    general.Header = {
        NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES,
        NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES_REVISION_1,
        static_cast<USHORT>(NDIS_SIZEOF_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES_REVISION_1)};
    if (!ask(miniport, OID_802_3_CURRENT_ADDRESS, general.CurrentMacAddress, kAddressBytes))
        return NDIS_STATUS_FAILURE;
    if (!ask(miniport, OID_802_3_PERMANENT_ADDRESS, general.PermanentMacAddress, kAddressBytes))
        std::memcpy(general.PermanentMacAddress, general.CurrentMacAddress, kAddressBytes);
    general.MacAddressLength = kAddressBytes;
    general.MediaType = NdisMedium802_3;
    general.PhysicalMediumType = NdisPhysicalMedium802_3;
    general.MtuSize = ask_number(miniport, OID_GEN_MAXIMUM_FRAME_SIZE, kEthernetMtu);
    const ULONG64 speed = kSpeedUnit * ask_number(miniport, OID_GEN_LINK_SPEED, 0);
    miniport.link_speed.store(speed, std::memory_order_relaxed);
    general.MaxXmitLinkSpeed = general.XmitLinkSpeed = general.MaxRcvLinkSpeed =
        general.RcvLinkSpeed = speed;
    // A driver that does not know its link's state is taken to have one.
    general.MediaConnectState =
        ask_number(miniport, OID_GEN_MEDIA_CONNECT_STATUS, 0) == kDisconnected
            ? MediaConnectStateDisconnected
            : MediaConnectStateConnected;
    general.MediaDuplexState = MediaDuplexStateUnknown;
    general.LookaheadSize = ask_number(miniport, OID_GEN_MAXIMUM_LOOKAHEAD, general.MtuSize);
    general.MacOptions = ask_number(miniport, OID_GEN_MAC_OPTIONS, 0);
    general.MaxMulticastListSize = ask_number(miniport, OID_802_3_MAXIMUM_LIST_SIZE, 0);
    general.SupportedPacketFilters = NDIS_PACKET_TYPE_DIRECTED | NDIS_PACKET_TYPE_MULTICAST |
                                     NDIS_PACKET_TYPE_ALL_MULTICAST | NDIS_PACKET_TYPE_BROADCAST |
                                     NDIS_PACKET_TYPE_PROMISCUOUS;
    general.AccessType = NET_IF_ACCESS_BROADCAST;
    general.DirectionType = NET_IF_DIRECTION_SENDRECEIVE;
    general.ConnectionType = NET_IF_CONNECTION_DEDICATED;
    general.IfType = IF_TYPE_ETHERNET_CSMACD;
    const ULONG packets = ask_number(miniport, OID_GEN_MAXIMUM_SEND_PACKETS, kOnePacket);
    miniport.most_packets = packets == 0 ? kOnePacket : packets;
    return NdisMSetMiniportAttributes(
        miniport.adapter, reinterpret_cast<NDIS_MINIPORT_ADAPTER_ATTRIBUTES*>(&general));
}

}  // namespace rsl::ndis::legacy

using namespace rsl::ndis;
using namespace rsl::ndis::legacy;

/// NdisMIndicateStatus (ndis.h) reports a change: of the link, as NDIS 6 tells it, or another one.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    the miniport keeps the buffer
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismindicatestatus
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMIndicateStatus(NDIS_HANDLE MiniportAdapterHandle,
                                          NDIS_STATUS GeneralStatus, PVOID StatusBuffer,
                                          NDIS_UINT StatusBufferSize) {
    Miniport& miniport = miniport_of(MiniportAdapterHandle);
    if (GeneralStatus == NDIS_STATUS_MEDIA_CONNECT ||
        GeneralStatus == NDIS_STATUS_MEDIA_DISCONNECT) {
        const bool connected = GeneralStatus == NDIS_STATUS_MEDIA_CONNECT;
        legacy::indicate_link(miniport, connected);
        if (connected) refresh_speed(miniport);
    } else if (GeneralStatus == NDIS_STATUS_LINK_SPEED_CHANGE) {
        refresh_speed(miniport);
    } else {
        legacy::indicate(miniport, GeneralStatus, StatusBuffer, StatusBufferSize);
    }
}

/// NdisMIndicateStatusComplete (ndis.h) ends what NdisMIndicateStatus has begun; nobody above
/// waits for it in NDIS 6.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndismindicatestatus
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisMIndicateStatusComplete(NDIS_HANDLE) {}

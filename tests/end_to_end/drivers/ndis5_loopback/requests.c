/* SPDX-License-Identifier: GPL-2.0-only */
/* Queries and sets. */
#include "loopback.h"

static NDIS_OID supported[] = {
    OID_GEN_SUPPORTED_LIST,      OID_GEN_MAXIMUM_FRAME_SIZE,   OID_GEN_MAXIMUM_TOTAL_SIZE,
    OID_GEN_LINK_SPEED,          OID_GEN_VENDOR_DESCRIPTION,   OID_GEN_CURRENT_PACKET_FILTER,
    OID_GEN_CURRENT_LOOKAHEAD,   OID_GEN_MEDIA_CONNECT_STATUS, OID_GEN_MAXIMUM_SEND_PACKETS,
    OID_802_3_PERMANENT_ADDRESS, OID_802_3_CURRENT_ADDRESS,    OID_802_3_MULTICAST_LIST};

static NDIS_STATUS query(struct adapter* adapter, NDIS_OID oid, PVOID buffer, ULONG room,
                         PULONG written, PULONG needed) {
    static const char kVendor[] = "RSL NDIS 5 pair";
    ULONG number = 0, bytes = sizeof(number);
    const void* data = &number;
    switch (oid) {
        case OID_GEN_SUPPORTED_LIST:
            data = supported, bytes = sizeof(supported);
            break;
        case OID_GEN_VENDOR_DESCRIPTION:
            data = kVendor, bytes = sizeof(kVendor);
            break;
        case OID_802_3_PERMANENT_ADDRESS:
        case OID_802_3_CURRENT_ADDRESS:
            data = adapter->address, bytes = sizeof(adapter->address);
            break;
        case OID_GEN_MAXIMUM_FRAME_SIZE:
            number = MTU;
            break;
        case OID_GEN_MAXIMUM_TOTAL_SIZE:
            number = LONGEST;
            break;
        case OID_GEN_LINK_SPEED:
            number = adapter->connected ? counts.speed : 0;
            break;
        case OID_GEN_CURRENT_PACKET_FILTER:
            number = adapter->filter;
            break;
        case OID_GEN_CURRENT_LOOKAHEAD:
            number = adapter->lookahead;
            break;
        case OID_GEN_MEDIA_CONNECT_STATUS:
            number = adapter->connected ? NdisMediaStateConnected : NdisMediaStateDisconnected;
            break;
        case OID_GEN_MAXIMUM_SEND_PACKETS:
            number = 1;
            break;
        default:
            return NDIS_STATUS_NOT_SUPPORTED;
    }
    *needed = bytes;
    if (room < bytes) return NDIS_STATUS_BUFFER_TOO_SHORT;
    NdisMoveMemory(buffer, data, bytes);
    *written = bytes;
    return NDIS_STATUS_SUCCESS;
}

NDIS_STATUS NTAPI query_information(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG room,
                                    PULONG written, PULONG needed) {
    NDIS_STATUS status;
    enter(context);
    *written = 0;
    status = query(context, oid, buffer, room, written, needed);
    leave(context);
    return status;
}

static NDIS_STATUS set(struct adapter* adapter, NDIS_OID oid, PVOID buffer, ULONG bytes) {
    if (oid == OID_802_3_MULTICAST_LIST) { /* as a driver does whose hardware takes its time */
        if (bytes % sizeof(adapter->address) != 0) return NDIS_STATUS_INVALID_LENGTH;
        NdisDprAcquireSpinLock(&adapter->lock);
        adapter->request_pends = TRUE;
        wake(adapter);
        NdisDprReleaseSpinLock(&adapter->lock);
        return NDIS_STATUS_PENDING;
    }
    if (bytes < sizeof(ULONG)) return NDIS_STATUS_INVALID_LENGTH;
    if (oid == OID_GEN_CURRENT_PACKET_FILTER) {
        adapter->filter = *(ULONG*)buffer;
    } else if (oid == OID_GEN_CURRENT_LOOKAHEAD) {
        adapter->lookahead = *(ULONG*)buffer;
    } else if (oid == OID_OF_OURS_HANG) {
        adapter->hangs = TRUE;
    } else {
        return NDIS_STATUS_NOT_SUPPORTED;
    }
    return NDIS_STATUS_SUCCESS;
}

NDIS_STATUS NTAPI set_information(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG bytes,
                                  PULONG read, PULONG needed) {
    NDIS_STATUS status;
    enter(context);
    *read = bytes;
    *needed = 0;
    status = set(context, oid, buffer, bytes);
    leave(context);
    return status;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* Queries and sets. */
#include "e1000.h"

static NDIS_OID supported[] = {OID_GEN_SUPPORTED_LIST,
                               OID_GEN_MAXIMUM_FRAME_SIZE,
                               OID_GEN_LINK_SPEED,
                               OID_GEN_VENDOR_DESCRIPTION,
                               OID_GEN_CURRENT_PACKET_FILTER,
                               OID_GEN_CURRENT_LOOKAHEAD,
                               OID_GEN_MEDIA_CONNECT_STATUS,
                               OID_GEN_MAXIMUM_SEND_PACKETS,
                               OID_GEN_XMIT_OK,
                               OID_GEN_XMIT_ERROR,
                               OID_GEN_RCV_OK,
                               OID_802_3_PERMANENT_ADDRESS,
                               OID_802_3_CURRENT_ADDRESS,
                               OID_802_3_MULTICAST_LIST};

static ULONG link_speed(struct adapter* adapter) {
    static const ULONG kHundreds[] = {100000, 1000000, 10000000, 10000000};
    ULONG status = read_register(adapter, REG_STATUS);
    return kHundreds[status >> STATUS_SPEED_SHIFT & STATUS_SPEED_MASK];
}

NDIS_STATUS NTAPI query_information(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG bytes,
                                    PULONG written, PULONG needed) {
    static const char kVendor[] = "Intel 82540EM by NDIS 5";
    struct adapter* adapter = context;
    ULONG number = 0;
    const void* data = &number;
    *written = 0;
    *needed = sizeof(number);
    switch (oid) {
        case OID_GEN_SUPPORTED_LIST:
            data = supported, *needed = sizeof(supported);
            break;
        case OID_GEN_VENDOR_DESCRIPTION:
            data = kVendor, *needed = sizeof(kVendor);
            break;
        case OID_802_3_PERMANENT_ADDRESS:
        case OID_802_3_CURRENT_ADDRESS:
            data = adapter->address, *needed = sizeof(adapter->address);
            break;
        case OID_GEN_MAXIMUM_FRAME_SIZE:
            number = MTU;
            break;
        case OID_GEN_LINK_SPEED:
            number = link_speed(adapter);
            break;
        case OID_GEN_CURRENT_PACKET_FILTER:
            number = adapter->filter;
            break;
        case OID_GEN_CURRENT_LOOKAHEAD:
            number = adapter->lookahead;
            break;
        case OID_GEN_MEDIA_CONNECT_STATUS:
            number = adapter->link_up ? NdisMediaStateConnected : NdisMediaStateDisconnected;
            break;
        case OID_GEN_MAXIMUM_SEND_PACKETS:
            number = 16;
            break;
        case OID_GEN_XMIT_OK:
            number = adapter->sent;
            break;
        case OID_GEN_XMIT_ERROR:
            number = adapter->unsent;
            break;
        case OID_GEN_RCV_OK:
            number = adapter->received;
            break;
        default:
            return NDIS_STATUS_NOT_SUPPORTED;
    }
    if (bytes < *needed) return NDIS_STATUS_BUFFER_TOO_SHORT;
    NdisMoveMemory(buffer, data, *needed);
    *written = *needed;
    return NDIS_STATUS_SUCCESS;
}

NDIS_STATUS NTAPI set_information(NDIS_HANDLE context, NDIS_OID oid, PVOID buffer, ULONG bytes,
                                  PULONG read, PULONG needed) {
    struct adapter* adapter = context;
    *read = bytes;
    *needed = sizeof(ULONG);
    if (oid == OID_802_3_MULTICAST_LIST) /* all multicast comes through when any is wanted */
        return bytes % sizeof(adapter->address) == 0 ? NDIS_STATUS_SUCCESS
                                                     : NDIS_STATUS_INVALID_LENGTH;
    if (bytes < sizeof(ULONG)) return NDIS_STATUS_INVALID_LENGTH;
    if (oid == OID_GEN_CURRENT_PACKET_FILTER) {
        adapter->filter = *(ULONG*)buffer;
        apply_filter(adapter);
    } else if (oid == OID_GEN_CURRENT_LOOKAHEAD) {
        adapter->lookahead = *(ULONG*)buffer;
    } else {
        return NDIS_STATUS_NOT_SUPPORTED;
    }
    return NDIS_STATUS_SUCCESS;
}

// SPDX-License-Identifier: GPL-2.0-only
// Frames that a driver indicates by their header and as much of the rest as it has at hand
// (NdisMEthIndicateReceive). All is copied: the rest by MiniportTransferData.
#include <algorithm>
#include <cstring>

#include "abi/functions/ndis_legacy.h"
#include "classes/ndis/legacy/miniport.hpp"
#include "classes/ndis/net_buffer.hpp"

namespace rsl::ndis::legacy {
namespace {

constexpr ULONG kLongestFrame = 0x10000;

/// Memory, its MDL, and the list, which carries them in its MiniportReserved.
NET_BUFFER_LIST* make_frame(Miniport& miniport, ULONG bytes) {
    void* const memory = allocate(bytes, kTag);
    MDL* const mdl = memory == nullptr ? nullptr : make_mdl(memory, bytes);
    NET_BUFFER_LIST* const list = mdl == nullptr ? nullptr : allocate_list(miniport.lists, 0, 0);
    if (list == nullptr) {
        if (mdl != nullptr) free_mdl(mdl);
        release(memory);
        return nullptr;
    }
    set_window(*list->FirstNetBuffer, mdl, 0, bytes);
    list->MiniportReserved[0] = mdl;
    list->MiniportReserved[1] = memory;
    list->SourceHandle = miniport.adapter;
    return list;
}

void discard(Miniport& miniport, NET_BUFFER_LIST* list) {
    if (list != nullptr) free_copied_frame(list);
    miniport.adapter->counters.receive_discards.fetch_add(1, std::memory_order_relaxed);
    drop(miniport);
}

void indicate(Miniport& miniport, NET_BUFFER_LIST* list) {
    const ULONG flags =
        KeGetCurrentIrql() == DISPATCH_LEVEL ? NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL : 0;
    NdisMIndicateReceiveNetBufferLists(miniport.adapter, list, NDIS_DEFAULT_PORT_NUMBER, 1, flags);
}

/// `wanted` bytes have been copied behind what was there: all, or the frame is none.
void end_transfer(Miniport& miniport, NDIS_PACKET& packet, NDIS_STATUS status, NDIS_UINT bytes) {
    PacketBlock& block = block_of(packet);
    NET_BUFFER_LIST* const list = block.list;
    const bool whole = status == NDIS_STATUS_SUCCESS && bytes == length_of(packet);
    free_chain(block.own_chain);
    free_packet(packet);
    if (whole) {
        indicate(miniport, list);
    } else {
        discard(miniport, list);
    }
}

/// Has the driver copy the frame from `have` on; `offset` is where that is behind the header.
void transfer(Miniport& miniport, NET_BUFFER_LIST* list, ULONG have, ULONG offset,
              NDIS_HANDLE receive_context) {
    const ULONG wanted = list->FirstNetBuffer->DataLength - have;
    NDIS_PACKET* const packet = miniport.driver->calls.TransferDataHandler == nullptr
                                    ? nullptr
                                    : allocate_packet(*miniport.packets);
    MDL* const rest =
        packet == nullptr
            ? nullptr
            : make_mdl(static_cast<std::byte*>(list->MiniportReserved[1]) + have, wanted);
    if (rest == nullptr) {
        if (packet != nullptr) free_packet(*packet);
        discard(miniport, list);
        return;
    }
    PacketBlock& block = block_of(*packet);
    block.list = list;
    block.own_chain = rest;
    set_chain(*packet, rest);
    NDIS_UINT bytes = 0;
    const NDIS_STATUS status = miniport.driver->calls.TransferDataHandler(
        packet, &bytes, miniport.context, receive_context, offset, wanted);
    if (status != NDIS_STATUS_PENDING) end_transfer(miniport, *packet, status, bytes);
}

}  // namespace

void free_copied_frame(NET_BUFFER_LIST* list) {
    auto* const mdl = static_cast<MDL*>(list->MiniportReserved[0]);
    void* const memory = list->MiniportReserved[1];
    free_list(list);
    free_mdl(mdl);
    release(memory);
}

void NTAPI indicate_frame(NDIS_HANDLE adapter, NDIS_HANDLE receive_context, char*, void* header,
                          NDIS_UINT header_bytes, void* lookahead, NDIS_UINT lookahead_bytes,
                          NDIS_UINT packet_bytes) {
    Miniport& miniport = miniport_of(adapter);
    Looking looking{miniport};
    if (!hold(miniport)) {
        miniport.adapter->counters.receive_discards.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    const bool sane = header_bytes <= kLongestFrame && packet_bytes <= kLongestFrame;
    NET_BUFFER_LIST* const list =
        sane ? make_frame(miniport, header_bytes + packet_bytes) : nullptr;
    if (list == nullptr) {
        discard(miniport, nullptr);
        return;
    }
    auto* const memory = static_cast<std::byte*>(list->MiniportReserved[1]);
    const NDIS_UINT here = std::min(lookahead_bytes, packet_bytes);
    std::memcpy(memory, header, header_bytes);
    if (here != 0) std::memcpy(memory + header_bytes, lookahead, here);
    if (here == packet_bytes) {
        indicate(miniport, list);
    } else {
        transfer(miniport, list, header_bytes + here, here, receive_context);
    }
}

void NTAPI indicate_frames_complete(NDIS_HANDLE adapter) { work_off(miniport_of(adapter)); }

void NTAPI transfer_complete(NDIS_HANDLE adapter, NDIS_PACKET* packet, NDIS_STATUS status,
                             NDIS_UINT bytes) {
    Miniport& miniport = miniport_of(adapter);
    Looking looking{miniport};
    end_transfer(miniport, *packet, status, bytes);
}

}  // namespace rsl::ndis::legacy

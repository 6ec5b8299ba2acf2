// SPDX-License-Identifier: GPL-2.0-only
// Packets that a driver has received: each becomes a list over the same MDLs, for as long as who is
// above has it.
#include "abi/functions/ndis_legacy.h"
#include "classes/ndis/legacy/miniport.hpp"
#include "classes/ndis/net_buffer.hpp"

namespace rsl::ndis::legacy {
namespace {

NET_BUFFER_LIST* list_of(Miniport& miniport, NDIS_PACKET& packet) {
    NET_BUFFER_LIST* const list = allocate_list(miniport.lists, 0, 0);
    if (list == nullptr) return nullptr;
    set_window(*list->FirstNetBuffer, packet.Private.Head, 0, length_of(packet));
    list->MiniportReserved[0] = &packet;
    list->MiniportReserved[1] = nullptr;  // no copied frame: lookahead.cpp
    list->SourceHandle = miniport.adapter;
    return list;
}

void return_to_driver(Miniport& miniport, PacketBlock& block) {
    const bool held = block.held;
    block.held = false;
    miniport.driver->calls.ReturnPacketHandler(miniport.context, &block.packet);
    if (held) drop(miniport);
}

void give_back(Miniport& miniport, NDIS_PACKET& packet) {
    PacketBlock& block = block_of(packet);
    if (!miniport.serialized) return return_to_driver(miniport, block);
    block.next = nullptr;
    queue(miniport, miniport.returns, &block, &block);
}

void discard(Miniport& miniport) {
    miniport.adapter->counters.receive_discards.fetch_add(1, std::memory_order_relaxed);
}

/// The packet stays the driver's: who is above copies.
void indicate_scarce(Miniport& miniport, NDIS_PACKET& packet, ULONG flags) {
    if (!hold(miniport)) return discard(miniport);
    NET_BUFFER_LIST* const list = list_of(miniport, packet);
    if (list == nullptr) {
        discard(miniport);
    } else {
        NdisMIndicateReceiveNetBufferLists(miniport.adapter, list, NDIS_DEFAULT_PORT_NUMBER, 1,
                                           flags | NDIS_RECEIVE_FLAGS_RESOURCES);
        free_list(list);
    }
    drop(miniport);
}

/// A list of the packet, which comes back by MiniportReturnPacket; nullptr: it is on its way back.
NET_BUFFER_LIST* take_packet(Miniport& miniport, NDIS_PACKET& packet) {
    // A serialized driver looks at this afterwards: the packet is not its own yet.
    if (miniport.serialized) oob_of(packet).Status = NDIS_STATUS_PENDING;
    PacketBlock& block = block_of(packet);
    block.held = hold(miniport);
    NET_BUFFER_LIST* const list = block.held ? list_of(miniport, packet) : nullptr;
    if (list != nullptr) return list;
    discard(miniport);
    give_back(miniport, packet);
    return nullptr;
}

}  // namespace

void NTAPI indicate_packets(NDIS_HANDLE adapter, NDIS_PACKET** packets, NDIS_UINT count) {
    Miniport& miniport = miniport_of(adapter);
    Looking looking{miniport};
    const ULONG flags =
        KeGetCurrentIrql() == DISPATCH_LEVEL ? NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL : 0;
    NET_BUFFER_LIST *first = nullptr, **end = &first;
    ULONG gathered = 0;
    for (NDIS_UINT i = 0; i <= count; ++i) {
        const bool scarce = i < count && oob_of(*packets[i]).Status == NDIS_STATUS_RESOURCES;
        if ((scarce || i == count) && gathered != 0) {  // in the order of the array
            NdisMIndicateReceiveNetBufferLists(adapter, first, NDIS_DEFAULT_PORT_NUMBER, gathered,
                                               flags);
            first = nullptr;
            end = &first;
            gathered = 0;
        }
        if (i == count) break;
        if (scarce) {
            indicate_scarce(miniport, *packets[i], flags);
        } else if (NET_BUFFER_LIST* const list = take_packet(miniport, *packets[i])) {
            *end = list;
            end = &list->Next;
            ++gathered;
        }
    }
    work_off(miniport);
}

void NTAPI return_lists(NDIS_HANDLE context, NET_BUFFER_LIST* lists, ULONG) {
    auto& miniport = *static_cast<Miniport*>(context);
    Looking looking{miniport};
    while (lists != nullptr) {
        NET_BUFFER_LIST* const list = lists;
        lists = list->Next;
        if (list->MiniportReserved[1] != nullptr) {
            free_copied_frame(list);
            drop(miniport);
            continue;
        }
        auto& packet = *static_cast<NDIS_PACKET*>(list->MiniportReserved[0]);
        free_list(list);
        give_back(miniport, packet);
    }
    work_off(miniport);
}

void return_queued(Miniport& miniport) {
    for (;;) {
        KeAcquireSpinLockAtDpcLevel(&miniport.queue_lock);
        PacketBlock* block = miniport.returns.first;
        miniport.returns = {};
        KeReleaseSpinLockFromDpcLevel(&miniport.queue_lock);
        if (block == nullptr) return;
        while (block != nullptr) {
            PacketBlock* const next = block->next;
            return_to_driver(miniport, *block);
            block = next;
        }
    }
}

}  // namespace rsl::ndis::legacy

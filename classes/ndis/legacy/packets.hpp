// SPDX-License-Identifier: GPL-2.0-only
// NDIS_PACKETs and their pools. In front of each packet lies what NDIS keeps of it.
#pragma once

#include <cstddef>

#include "abi/functions/ke.h"
#include "abi/types/ndis_legacy.h"

namespace rsl::ndis::legacy {

struct PacketPool;

struct PacketBlock {
    PacketBlock* next;  // in a pool's free list or a queue
    PacketPool* pool;
    bool from_chunk;          // of the pool; else allocated alone
    bool held;                // received: it keeps the miniport from pausing
    MDL* own_chain;           // of partial MDLs, freed with the send
    NET_BUFFER_LIST* list;    // sent: what it is a part of
    SCATTER_GATHER_LIST* sg;  // sent: its list for the device
    UCHAR sg_state;           // send.cpp, as the next two
    UCHAR send_state;
    NDIS_STATUS send_status;
    alignas(16) NDIS_PACKET packet;
};
inline PacketBlock& block_of(NDIS_PACKET& packet) {
    return *CONTAINING_RECORD(&packet, PacketBlock, packet);
}

/// Where the out-of-band data of packets lies that have so many bytes for their protocol.
size_t oob_offset_of(ULONG reserved_bytes);
NDIS_PACKET_OOB_DATA& oob_of(NDIS_PACKET& packet);
NDIS_PACKET_EXTENSION& extension_of(NDIS_PACKET& packet);

constexpr ULONG kMostPackets = 0xFFFF;
/// nullptr when there is no memory, or the numbers are beyond what a pool may have.
PacketPool* make_packet_pool(ULONG count, ULONG overflow, ULONG reserved_bytes);
/// False when packets of it are out: it stays.
bool free_packet_pool(PacketPool* pool);
/// A packet without buffers, zeroed. IRQL <= DISPATCH_LEVEL, as the next.
NDIS_PACKET* allocate_packet(PacketPool& pool);
void free_packet(NDIS_PACKET& packet);
ULONG packets_in_use(PacketPool& pool);

/// Puts a chain into a packet.
void set_chain(NDIS_PACKET& packet, MDL* chain);
/// Bytes of all its buffers.
ULONG length_of(const NDIS_PACKET& packet);

}  // namespace rsl::ndis::legacy

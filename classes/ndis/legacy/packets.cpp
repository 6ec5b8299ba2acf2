// SPDX-License-Identifier: GPL-2.0-only
#include "classes/ndis/legacy/packets.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "abi/functions/export.h"
#include "abi/functions/ndis_legacy.h"
#include "classes/ndis/memory.hpp"

namespace rsl::ndis::legacy {

/// What a pool's handle points to. The packets that were promised lie in one chunk.
struct PacketPool {
    KSPIN_LOCK lock;
    PacketBlock* free;  // under lock, as in_use
    ULONG in_use, limit;
    size_t block_bytes;
    USHORT oob_offset;
    std::byte* chunk;
};

namespace {

constexpr size_t aligned(size_t bytes, size_t to) { return (bytes + to - 1) & ~(to - 1); }

class Locked {
  public:
    explicit Locked(PacketPool& pool)
        : pool_(pool), before_(KeAcquireSpinLockRaiseToDpc(&pool.lock)) {}
    ~Locked() { KeReleaseSpinLock(&pool_.lock, before_); }
    Locked(const Locked&) = delete;
    Locked& operator=(const Locked&) = delete;

  private:
    PacketPool& pool_;
    KIRQL before_;
};

/// A block from the free list; `room`: there is none, but one more may be allocated, and counts.
PacketBlock* take(PacketPool& pool, bool& room) {
    Locked guard{pool};
    room = pool.in_use < pool.limit;
    if (!room) return nullptr;
    ++pool.in_use;
    PacketBlock* const block = pool.free;
    if (block != nullptr) pool.free = block->next;
    return block;
}

void prepare(PacketPool& pool, PacketBlock& block) {
    const bool from_chunk = block.from_chunk;
    std::memset(&block, 0, pool.block_bytes);
    block.pool = &pool;
    block.from_chunk = from_chunk;
    block.packet.Private.Pool = &pool;
    block.packet.Private.NdisPacketFlags = fPACKET_ALLOCATED_BY_NDIS;
    block.packet.Private.NdisPacketOobOffset = pool.oob_offset;
}

}  // namespace

NDIS_PACKET_OOB_DATA& oob_of(NDIS_PACKET& packet) {
    return *reinterpret_cast<NDIS_PACKET_OOB_DATA*>(reinterpret_cast<std::byte*>(&packet) +
                                                    packet.Private.NdisPacketOobOffset);
}
NDIS_PACKET_EXTENSION& extension_of(NDIS_PACKET& packet) {
    return *reinterpret_cast<NDIS_PACKET_EXTENSION*>(&oob_of(packet) + 1);
}

size_t oob_offset_of(ULONG reserved_bytes) {
    return aligned(offsetof(NDIS_PACKET, ProtocolReserved) + reserved_bytes, sizeof(PVOID));
}

PacketPool* make_packet_pool(ULONG count, ULONG overflow, ULONG reserved_bytes) {
    const size_t oob_offset = oob_offset_of(reserved_bytes);
    if (count > kMostPackets || oob_offset > UINT16_MAX) return nullptr;
    auto* pool = static_cast<PacketPool*>(allocate(sizeof(PacketPool), kTag));
    if (pool == nullptr) return nullptr;
    constexpr size_t kAlignment = 16;
    pool->oob_offset = static_cast<USHORT>(oob_offset);
    pool->block_bytes = aligned(offsetof(PacketBlock, packet) + oob_offset +
                                    sizeof(NDIS_PACKET_OOB_DATA) + sizeof(NDIS_PACKET_EXTENSION),
                                kAlignment);
    pool->limit = count + std::min(overflow, kMostPackets - count);
    KeInitializeSpinLock(&pool->lock);
    if (count == 0) return pool;
    pool->chunk = static_cast<std::byte*>(allocate(count * pool->block_bytes, kTag));
    if (pool->chunk == nullptr) {
        release(pool);
        return nullptr;
    }
    for (ULONG i = 0; i < count; ++i) {
        auto* block = reinterpret_cast<PacketBlock*>(pool->chunk + i * pool->block_bytes);
        block->from_chunk = true;
        block->next = pool->free;
        pool->free = block;
    }
    return pool;
}

bool free_packet_pool(PacketPool* pool) {
    if (pool == nullptr) return true;
    if (packets_in_use(*pool) != 0) return false;
    release(pool->chunk);
    release(pool);
    return true;
}

NDIS_PACKET* allocate_packet(PacketPool& pool) {
    bool room = false;
    PacketBlock* block = take(pool, room);
    if (!room) return nullptr;
    if (block == nullptr) block = static_cast<PacketBlock*>(allocate(pool.block_bytes, kTag));
    if (block == nullptr) {
        Locked guard{pool};
        --pool.in_use;
        return nullptr;
    }
    prepare(pool, *block);
    return &block->packet;
}

void free_packet(NDIS_PACKET& packet) {
    PacketBlock& block = block_of(packet);
    PacketPool& pool = *block.pool;
    const bool alone = !block.from_chunk;
    if (alone) release(&block);
    Locked guard{pool};
    --pool.in_use;
    if (alone) return;
    block.next = pool.free;
    pool.free = &block;
}

ULONG packets_in_use(PacketPool& pool) {
    Locked guard{pool};
    return pool.in_use;
}

void set_chain(NDIS_PACKET& packet, MDL* chain) {
    packet.Private.Head = packet.Private.Tail = chain;
    for (MDL* mdl = chain; mdl != nullptr; mdl = mdl->Next) packet.Private.Tail = mdl;
    packet.Private.ValidCounts = FALSE;
}

ULONG length_of(const NDIS_PACKET& packet) {
    ULONG bytes = 0;
    for (const MDL* mdl = packet.Private.Head; mdl != nullptr; mdl = mdl->Next)
        bytes += mdl->ByteCount;
    return bytes;
}

}  // namespace rsl::ndis::legacy

using namespace rsl::ndis;
using namespace rsl::ndis::legacy;

/// NdisAllocatePacketPool (ndis.h) makes a pool of packets.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  in Status: NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCES
///   Owner    the driver, until NdisFreePacketPool
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatepacketpoolex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisAllocatePacketPool(PNDIS_STATUS Status, PNDIS_HANDLE PoolHandle,
                                             NDIS_UINT NumberOfDescriptors,
                                             NDIS_UINT ProtocolReservedLength) {
    NdisAllocatePacketPoolEx(Status, PoolHandle, NumberOfDescriptors, 0, ProtocolReservedLength);
}

/// NdisAllocatePacketPoolEx (ndis.h) makes a pool of packets that may grow.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  in Status: NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCES: no memory, or more than 0xFFFF
///   Owner    the driver, until NdisFreePacketPool
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatepacketpoolex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisAllocatePacketPoolEx(PNDIS_STATUS Status, PNDIS_HANDLE PoolHandle,
                                               NDIS_UINT NumberOfDescriptors,
                                               NDIS_UINT NumberOfOverflowDescriptors,
                                               NDIS_UINT ProtocolReservedLength) {
    *PoolHandle =
        make_packet_pool(NumberOfDescriptors, NumberOfOverflowDescriptors, ProtocolReservedLength);
    *Status = *PoolHandle == nullptr ? NDIS_STATUS_RESOURCES : NDIS_STATUS_SUCCESS;
}

/// NdisFreePacketPool (ndis.h) frees a pool.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisfreepacketpool
///   Differs  a pool of which packets are in use stays, and the log says so
RSL_EXPORT VOID NTAPI NdisFreePacketPool(NDIS_HANDLE PoolHandle) {
    auto* pool = static_cast<PacketPool*>(PoolHandle);
    if (!free_packet_pool(pool))
        DbgPrint("ndis: a pool of packets is freed while %u of them are in use: it stays\n",
                 packets_in_use(*pool));
}

/// NdisAllocatePacket (ndis.h) allocates a packet, without buffers.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  in Status: NDIS_STATUS_SUCCESS, NDIS_STATUS_RESOURCES
///   Owner    the driver, until NdisFreePacket
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatepacketpoolex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisAllocatePacket(PNDIS_STATUS Status, PNDIS_PACKET* Packet,
                                         NDIS_HANDLE PoolHandle) {
    *Packet = allocate_packet(*static_cast<PacketPool*>(PoolHandle));
    *Status = *Packet == nullptr ? NDIS_STATUS_RESOURCES : NDIS_STATUS_SUCCESS;
}

/// NdisFreePacket (ndis.h) gives a packet back to its pool; not its buffers.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  nothing
///   Owner    -
///   Source learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndisallocatepacketpoolex
///   Differs  nothing known
RSL_EXPORT VOID NTAPI NdisFreePacket(PNDIS_PACKET Packet) { free_packet(*Packet); }

/// NdisPacketPoolUsage (ndis.h) counts the packets of a pool that are in use.
///   IRQL     <= DISPATCH_LEVEL
///   Returns  how many
///   Owner    -
///   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ndis/nf-ndis-ndispacketpoolusage
///   Differs  nothing known
RSL_EXPORT NDIS_UINT NTAPI NdisPacketPoolUsage(NDIS_HANDLE PoolHandle) {
    return packets_in_use(*static_cast<PacketPool*>(PoolHandle));
}

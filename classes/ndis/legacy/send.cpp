// SPDX-License-Identifier: GPL-2.0-only
// What is sent: each NET_BUFFER becomes a packet over the same MDLs. A list counts its packets that
// are out; the last one completes it.
#include "abi/functions/ndis_legacy.h"
#include "classes/ndis/legacy/miniport.hpp"

namespace rsl::ndis::legacy {
namespace {

constexpr ULONG kBatch = 16;

/// How many packets of the list are out, and who still makes some. The list is ours until it is
/// completed, and so are its two MiniportReserved.
uintptr_t& count_of(NET_BUFFER_LIST& list) {
    return reinterpret_cast<uintptr_t&>(list.MiniportReserved[0]);
}

void complete_list(Miniport& miniport, NET_BUFFER_LIST& list) {
    const ULONG flags =
        KeGetCurrentIrql() == DISPATCH_LEVEL ? NDIS_SEND_COMPLETE_FLAGS_DISPATCH_LEVEL : 0;
    NdisMSendNetBufferListsComplete(miniport.adapter, &list, flags);
}

void drop_list(Miniport& miniport, NET_BUFFER_LIST& list) {
    if (__atomic_sub_fetch(&count_of(list), 1, __ATOMIC_ACQ_REL) == 0)  // with the other drops
        complete_list(miniport, list);
}

bool is_whole_chain(const NET_BUFFER& buffer) {
    if (buffer.CurrentMdlOffset != 0) return false;
    ULONG bytes = 0;
    for (const MDL* mdl = buffer.CurrentMdl; mdl != nullptr; mdl = mdl->Next)
        bytes += mdl->ByteCount;
    return bytes == buffer.DataLength;
}

void complete_packet(Miniport& miniport, NDIS_PACKET& packet, NDIS_STATUS status) {
    PacketBlock& block = block_of(packet);
    NET_BUFFER_LIST& list = *block.list;
    if (status != NDIS_STATUS_SUCCESS) list.Status = status;
    if (block.sg != nullptr) NdisMFreeNetBufferSGList(miniport.dma, block.sg, nullptr);
    free_chain(block.own_chain);
    free_packet(packet);
    drop_list(miniport, list);
}

/// A packet of a buffer. Its length is that of its MDLs, so a chain that has more than the data
/// gets a chain of partial MDLs.
PacketBlock* make_packet(Miniport& miniport, NET_BUFFER_LIST& list, NET_BUFFER& buffer) {
    NDIS_PACKET* const packet = allocate_packet(*miniport.packets);
    if (packet == nullptr) return nullptr;
    PacketBlock& block = block_of(*packet);
    MDL* chain = buffer.CurrentMdl;
    if (!is_whole_chain(buffer)) chain = block.own_chain = clone_chain(buffer);
    if (chain == nullptr) {
        free_packet(*packet);
        return nullptr;
    }
    block.list = &list;
    set_chain(*packet, chain);
    extension_of(*packet).NdisPacketInfo[PacketCancelId] =
        list.NetBufferListInfo[NetBufferListCancelId];
    return &block;
}

void deliver(Miniport& miniport, PacketBlock& block);

// Whose it is to hand a packet on: the second's of sg_list_ready() and of who asked for the list.
enum SgState : UCHAR { kNobody, kListIsThere, kAskerHasLeft };

enum class Sg { kReady, kComesLater, kFailed };

/// The packet's list for the device, where the driver wants such.
Sg give_sg_list(Miniport& miniport, PacketBlock& block) {
    if (miniport.dma == nullptr) return Sg::kReady;
    NET_BUFFER whole = {};
    whole.CurrentMdl = block.packet.Private.Head;
    whole.DataLength = length_of(block.packet);
    if (NdisMAllocateNetBufferSGList(miniport.dma, &whole, &block, NDIS_SG_LIST_WRITE_TO_DEVICE,
                                     nullptr, 0) != NDIS_STATUS_SUCCESS)
        return Sg::kFailed;
    const UCHAR before = __atomic_exchange_n(&block.sg_state, kAskerHasLeft, __ATOMIC_ACQ_REL);
    return before == kListIsThere ? Sg::kReady : Sg::kComesLater;
}

/// Packets on their way to the driver, handed over some at a time.
class Batch {
  public:
    explicit Batch(Miniport& miniport) : miniport_(miniport) {}
    void add(PacketBlock& block) {
        block.next = nullptr;
        if (count_ == kBatch) flush();
        packets_[count_++] = &block.packet;
    }
    void flush();

  private:
    Miniport& miniport_;
    ULONG count_ = 0;
    NDIS_PACKET* packets_[kBatch];
};

void send_deserialized(Miniport& miniport, NDIS_PACKET** packets, ULONG count) {
    const NDIS51_MINIPORT_CHARACTERISTICS& calls = miniport.driver->calls;
    const NDIS_HANDLE context = miniport.context;
    if (calls.SendPacketsHandler != nullptr) {
        calls.SendPacketsHandler(context, packets, count);
        return;  // it completes each
    }
    for (ULONG i = 0; i < count; ++i) {
        const NDIS_STATUS status =
            calls.SendHandler(context, packets[i], packets[i]->Private.Flags);
        if (status != NDIS_STATUS_PENDING) complete_packet(miniport, *packets[i], status);
    }
}

void Batch::flush() {
    if (count_ == 0) return;
    if (miniport_.serialized) {
        for (ULONG i = 0; i + 1 < count_; ++i)
            block_of(*packets_[i]).next = &block_of(*packets_[i + 1]);
        queue(miniport_, miniport_.sends, &block_of(*packets_[0]),
              &block_of(*packets_[count_ - 1]));
    } else {
        send_deserialized(miniport_, packets_, count_);
    }
    count_ = 0;
}

void deliver(Miniport& miniport, PacketBlock& block) {
    Batch batch{miniport};
    batch.add(block);
    batch.flush();
    work_off(miniport);
}

void submit(Miniport& miniport, NET_BUFFER_LIST& list, Batch& batch) {
    list.MiniportReserved[1] = miniport.adapter;
    list.Status = NDIS_STATUS_SUCCESS;
    __atomic_store_n(&count_of(list), 1, __ATOMIC_RELAXED);  // nobody else has it yet
    for (NET_BUFFER* buffer = list.FirstNetBuffer; buffer != nullptr; buffer = buffer->Next) {
        PacketBlock* const block = make_packet(miniport, list, *buffer);
        if (block == nullptr) {
            list.Status = NDIS_STATUS_RESOURCES;
            continue;
        }
        __atomic_add_fetch(&count_of(list), 1, __ATOMIC_RELAXED);  // we hold one ourselves
        switch (give_sg_list(miniport, *block)) {
            case Sg::kReady:
                batch.add(*block);
                break;
            case Sg::kComesLater:
                break;
            case Sg::kFailed:
                complete_packet(miniport, block->packet, NDIS_STATUS_RESOURCES);
        }
    }
}

// ---- Serialized

ULONG take_some(Miniport& miniport, NDIS_PACKET** packets, ULONG most) {
    ULONG count = 0;
    KeAcquireSpinLockAtDpcLevel(&miniport.queue_lock);
    while (count < most && miniport.sends.first != nullptr) {
        PacketBlock* const block = miniport.sends.first;
        miniport.sends.first = block->next;
        block->next = nullptr;
        packets[count++] = &block->packet;
    }
    KeReleaseSpinLockFromDpcLevel(&miniport.queue_lock);
    return count;
}

/// Back to the front, in their order.
void put_back(Miniport& miniport, NDIS_PACKET** packets, ULONG count) {
    KeAcquireSpinLockAtDpcLevel(&miniport.queue_lock);
    if (miniport.sends.first == nullptr) miniport.sends.last = &block_of(*packets[count - 1]);
    for (ULONG i = count; i-- > 0;) {
        PacketBlock& block = block_of(*packets[i]);
        block.next = miniport.sends.first;
        miniport.sends.first = &block;
    }
    KeReleaseSpinLockFromDpcLevel(&miniport.queue_lock);
}

// A packet that is completed before its handler has returned stays until then.
enum SendState : UCHAR { kOutside, kInHandler, kCompletedInHandler };

/// Up to the first packet for which the driver has no resources. How many it took.
ULONG send_serialized(Miniport& miniport, NDIS_PACKET** packets, ULONG count) {
    const NDIS51_MINIPORT_CHARACTERISTICS& calls = miniport.driver->calls;
    for (ULONG i = 0; i < count; ++i) {
        oob_of(*packets[i]).Status = NDIS_STATUS_PENDING;
        __atomic_store_n(&block_of(*packets[i]).send_state, kInHandler, __ATOMIC_RELEASE);
    }  // pairs with send_complete(), as the exchange below
    if (calls.SendPacketsHandler != nullptr)
        calls.SendPacketsHandler(miniport.context, packets, count);
    ULONG done = count;
    for (ULONG i = 0; i < count; ++i) {
        PacketBlock& block = block_of(*packets[i]);
        NDIS_STATUS status = NDIS_STATUS_RESOURCES;
        if (done == count) {
            status =
                calls.SendPacketsHandler != nullptr
                    ? oob_of(*packets[i]).Status
                    : calls.SendHandler(miniport.context, packets[i], packets[i]->Private.Flags);
        }
        if (__atomic_exchange_n(&block.send_state, kOutside, __ATOMIC_ACQ_REL) ==
            kCompletedInHandler)
            status = block.send_status;
        if (status == NDIS_STATUS_RESOURCES) {
            if (done == count) done = i;
        } else if (status != NDIS_STATUS_PENDING) {
            complete_packet(miniport, *packets[i], status);
        }
    }
    return done;
}

/// False when the packet's handler has not returned: send_serialized() will see it.
bool may_complete(PacketBlock& block, NDIS_STATUS status) {
    block.send_status = status;
    UCHAR expected = kInHandler;
    return !__atomic_compare_exchange_n(&block.send_state, &expected, kCompletedInHandler, false,
                                        __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

/// Takes queued packets out that a cancelled request sent.
PacketBlock* take_cancelled(Miniport& miniport, const void* id) {
    PacketBlock* taken = nullptr;
    const KIRQL irql = KeAcquireSpinLockRaiseToDpc(&miniport.queue_lock);
    PacketBlock* rest = miniport.sends.first;
    miniport.sends = {};
    while (rest != nullptr) {
        PacketBlock* const block = rest;
        rest = block->next;
        block->next = nullptr;
        if (extension_of(block->packet).NdisPacketInfo[PacketCancelId] == id) {
            block->next = taken;
            taken = block;
        } else {
            (miniport.sends.first == nullptr ? miniport.sends.first : miniport.sends.last->next) =
                block;
            miniport.sends.last = block;
        }
    }
    KeReleaseSpinLock(&miniport.queue_lock, irql);
    return taken;
}

}  // namespace

void NTAPI sg_list_ready(DEVICE_OBJECT*, void*, SCATTER_GATHER_LIST* list, void* context) {
    auto& block = *static_cast<PacketBlock*>(context);
    Miniport& miniport = miniport_of(block.list->MiniportReserved[1]);
    Looking looking{miniport};
    block.sg = list;
    extension_of(block.packet).NdisPacketInfo[ScatterGatherListPacketInfo] = list;
    // Both exchanges order what each has written before.
    if (__atomic_exchange_n(&block.sg_state, kListIsThere, __ATOMIC_ACQ_REL) == kAskerHasLeft)
        deliver(miniport, block);
}

void NTAPI send_lists(NDIS_HANDLE context, NET_BUFFER_LIST* lists, NDIS_PORT_NUMBER, ULONG) {
    auto& miniport = *static_cast<Miniport*>(context);
    Looking looking{miniport};  // when the last list is completed nothing else keeps it
    const bool running = miniport.holds.load(std::memory_order_acquire) != 0;  // with restart
    Batch batch{miniport};
    while (lists != nullptr) {
        NET_BUFFER_LIST& list = *lists;
        lists = list.Next;
        list.Next = nullptr;
        if (!running) {
            list.Status = NDIS_STATUS_PAUSED;
            complete_list(miniport, list);
            continue;
        }
        submit(miniport, list, batch);
        drop_list(miniport, list);
    }
    batch.flush();
    work_off(miniport);
}

void send_queued(Miniport& miniport) {
    NDIS_PACKET* packets[kBatch];
    const ULONG most = miniport.most_packets < kBatch ? miniport.most_packets : kBatch;
    while (may_send(miniport)) {
        const ULONG count = take_some(miniport, packets, most);
        if (count == 0) return;
        const ULONG done = send_serialized(miniport, packets, count);
        if (done == count) continue;
        put_back(miniport, packets + done, count - done);
        miniport.blocked.store(true, std::memory_order_release);  // with may_send()
    }
}

void NTAPI cancel_send(NDIS_HANDLE context, PVOID id) {
    auto& miniport = *static_cast<Miniport*>(context);
    Looking looking{miniport};
    PacketBlock* block = take_cancelled(miniport, id);
    while (block != nullptr) {
        PacketBlock* const next = block->next;
        complete_packet(miniport, block->packet, NDIS_STATUS_REQUEST_ABORTED);
        block = next;
    }
    // A serialized driver may be what calls up to who cancels: its lock would be ours already.
    if (miniport.serialized || miniport.driver->calls.CancelSendPacketsHandler == nullptr) return;
    miniport.driver->calls.CancelSendPacketsHandler(miniport.context, id);
}

void NTAPI send_complete(NDIS_HANDLE adapter, NDIS_PACKET* packet, NDIS_STATUS status) {
    Miniport& miniport = miniport_of(adapter);
    Looking looking{miniport};
    if (may_complete(block_of(*packet), status)) complete_packet(miniport, *packet, status);
    send_resources(adapter);
}

void NTAPI send_resources(NDIS_HANDLE adapter) {
    Miniport& miniport = miniport_of(adapter);
    Looking looking{miniport};
    miniport.blocked.store(false, std::memory_order_release);  // with may_send()
    work_off(miniport);
}

}  // namespace rsl::ndis::legacy

// SPDX-License-Identifier: GPL-2.0-only
// Received frames at the top of the layers: which bindings get them. Our own takes what comes; a
// protocol what its packet filter and multicast list name.
#include <cstring>

#include "classes/ndis/layers.hpp"
#include "classes/ndis/net_buffer.hpp"

namespace rsl::ndis {
namespace {

constexpr ULONG kHeaderBytes = 14;

Destination destination_of(const Adapter& adapter, const NET_BUFFER_LIST& list) {
    using enum Destination::Kind;
    Destination to = {kUnknown, {}};
    NET_BUFFER* const frame = list.FirstNetBuffer;
    if (frame == nullptr || frame->DataLength < kHeaderBytes) return to;
    const void* const address = contiguous_data(*frame, sizeof(to.address), to.address, 1, 0);
    if (address == nullptr) return to;
    if (address != to.address) std::memcpy(to.address, address, sizeof(to.address));
    constexpr UCHAR kEverybody[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    if ((to.address[0] & 1) != 0) {
        to.kind =
            std::memcmp(to.address, kEverybody, sizeof(kEverybody)) == 0 ? kBroadcast : kMulticast;
    } else {
        to.kind =
            std::memcmp(to.address, adapter.general.CurrentMacAddress, sizeof(to.address)) == 0
                ? kOurs
                : kOther;
    }
    return to;
}

/// The same bindings get it.
bool is_alike(const Destination& one, const Destination& other) {
    return one.kind == other.kind &&
           (one.kind != Destination::Kind::kMulticast ||
            std::memcmp(one.address, other.address, sizeof(one.address)) == 0);
}

bool is_listed(const Binding& binding, const UCHAR* address) {
    for (ULONG at = 0; at < binding.multicast_bytes; at += sizeof(Destination::address)) {
        if (std::memcmp(binding.multicast + at, address, sizeof(Destination::address)) == 0)
            return true;
    }
    return false;
}

void receive_at(Binding& binding, NET_BUFFER_LIST* lists, NDIS_PORT_NUMBER port, LONG count,
                ULONG flags) {
    if (binding.protocol == nullptr) {
        binding.calls->Receive(binding.calls->Context, lists, static_cast<ULONG>(count),
                               (flags & NDIS_RECEIVE_FLAGS_RESOURCES) != 0);
    } else {
        binding.protocol->calls.ReceiveNetBufferListsHandler(binding.context, lists, port,
                                                             static_cast<ULONG>(count), flags);
    }
    if ((flags & NDIS_RECEIVE_FLAGS_RESOURCES) != 0) binding.frames.leave(count);
}

/// Nobody wants it: it goes back.
void discard(Adapter& adapter, NET_BUFFER_LIST* lists, ULONG flags) {
    ULONG64 frames = 0;
    for (const NET_BUFFER_LIST* list = lists; list != nullptr; list = list->Next) {
        for (const NET_BUFFER* frame = list->FirstNetBuffer; frame != nullptr; frame = frame->Next)
            ++frames;
    }
    adapter.counters.receive_discards.fetch_add(frames, std::memory_order_relaxed);  // for people
    if ((flags & NDIS_RECEIVE_FLAGS_RESOURCES) == 0)
        return_down(adapter, adapter.top, lists, flags & NDIS_RECEIVE_FLAGS_DISPATCH_LEVEL);
}

/// To all that want it; only the last may keep it. False: nobody does.
bool receive_alike(Adapter& adapter, NET_BUFFER_LIST* lists, NDIS_PORT_NUMBER port, LONG count,
                   ULONG flags, const Destination& to) {
    Binding* binding = next_binding(adapter, nullptr, &Binding::frames, count, &to);
    if (binding == nullptr) {
        discard(adapter, lists, flags);
        return false;
    }
    while (binding != nullptr) {
        Binding* const next = next_binding(adapter, binding, &Binding::frames, count, &to);
        receive_at(*binding, lists, port, count,
                   next == nullptr ? flags : flags | NDIS_RECEIVE_FLAGS_RESOURCES);
        binding = next;
    }
    return true;
}

/// Each run of frames of one destination by itself.
bool receive_at_several(Adapter& adapter, NET_BUFFER_LIST* lists, NDIS_PORT_NUMBER port,
                        ULONG flags) {
    bool any = false;
    while (lists != nullptr) {
        const Destination to = destination_of(adapter, *lists);
        NET_BUFFER_LIST* last = lists;
        LONG count = 1;
        for (; last->Next != nullptr && is_alike(destination_of(adapter, *last->Next), to);
             last = last->Next)
            ++count;
        NET_BUFFER_LIST* const rest = last->Next;
        last->Next = nullptr;
        any |= receive_alike(adapter, lists, port, count, flags, to);
        if ((flags & NDIS_RECEIVE_FLAGS_RESOURCES) != 0)
            last->Next = rest;  // they stay whose they are, in one chain
        lists = rest;
    }
    return any;
}

}  // namespace

bool wants(const Binding& binding, const Destination& to) {
    using enum Destination::Kind;
    if (!binding.receives.load(std::memory_order_acquire)) return false;  // pairs with its restart
    const ULONG filter = binding.packet_filter.load(std::memory_order_relaxed);
    if (filter == 0) return false;
    if ((filter & NDIS_PACKET_TYPE_PROMISCUOUS) != 0) return true;
    switch (to.kind) {
        case kUnknown:
            return true;
        case kOurs:
            return (filter & NDIS_PACKET_TYPE_DIRECTED) != 0;
        case kBroadcast:
            return (filter & NDIS_PACKET_TYPE_BROADCAST) != 0;
        case kMulticast:
            return (filter & NDIS_PACKET_TYPE_ALL_MULTICAST) != 0 ||
                   ((filter & NDIS_PACKET_TYPE_MULTICAST) != 0 && is_listed(binding, to.address));
        case kOther:
            return false;
    }
    return false;
}

bool receive_at_bindings(Adapter& adapter, NET_BUFFER_LIST* lists, NDIS_PORT_NUMBER port,
                         LONG count, ULONG flags) {
    if (adapter.protocol_bindings.load(std::memory_order_relaxed) != 0)  // one that comes waits
        return receive_at_several(adapter, lists, port, flags);
    if (adapter.own.frames.enter(count)) {
        receive_at(adapter.own, lists, port, count, flags);
        return true;
    }
    discard(adapter, lists, flags);
    return false;
}

}  // namespace rsl::ndis

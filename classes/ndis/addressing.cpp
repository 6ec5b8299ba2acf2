// SPDX-License-Identifier: GPL-2.0-only
// Which frames the bindings of an adapter want: packet filter and multicast list are each binding's
// own, and the miniport has what any of them wants.
#include <algorithm>
#include <cstring>

#include "classes/ndis/layers.hpp"

namespace rsl::ndis {
namespace {

constexpr ULONG kAddressBytes = 6;

/// Calls visit(binding) for each binding of the adapter but one, our own among them. In the
/// adapter's addressing_turn, which keeps the lists; no binding goes meanwhile but by it.
template <typename Visit>
void for_others(Adapter& adapter, const Binding& but, Visit visit) {
    if (&but != &adapter.own) visit(adapter.own);
    const KIRQL irql = KeAcquireSpinLockRaiseToDpc(&adapter.layers);
    for (LIST_ENTRY* entry = adapter.bindings.Flink; entry != &adapter.bindings;
         entry = entry->Flink) {
        const Binding& binding = *CONTAINING_RECORD(entry, Binding, link);
        if (&binding != &but) visit(binding);
    }
    KeReleaseSpinLock(&adapter.layers, irql);
}

/// The request with other data than the binding's.
NDIS_STATUS set_instead(Adapter& adapter, NDIS_OID_REQUEST& request, void* data, ULONG bytes) {
    auto& set = request.DATA.SET_INFORMATION;
    void* const buffer = set.InformationBuffer;
    const ULONG length = set.InformationBufferLength;
    set.InformationBuffer = data;
    set.InformationBufferLength = bytes;
    const NDIS_STATUS status = request_below(adapter, nullptr, request);
    set.InformationBuffer = buffer;
    set.InformationBufferLength = length;
    if (status == NDIS_STATUS_SUCCESS) set.BytesRead = length;
    return status;
}

NDIS_STATUS set_packet_filter(Binding& binding, NDIS_OID_REQUEST& request) {
    const auto& set = request.DATA.SET_INFORMATION;
    if (set.InformationBuffer == nullptr || set.InformationBufferLength != sizeof(ULONG))
        return request_below(*binding.adapter, nullptr, request);
    Turn turn{binding.adapter->addressing_turn};
    const ULONG wanted = *static_cast<ULONG*>(set.InformationBuffer);
    ULONG all = wanted;
    for_others(*binding.adapter, binding, [&](const Binding& other) {
        all |= other.packet_filter.load(std::memory_order_relaxed);
    });
    const NDIS_STATUS status = set_instead(*binding.adapter, request, &all, sizeof(all));
    if (status == NDIS_STATUS_SUCCESS)
        binding.packet_filter.store(wanted, std::memory_order_relaxed);
    return status;
}

/// Appends those addresses that are not there yet.
void merge(UCHAR* all, ULONG& bytes, const UCHAR* more, ULONG more_bytes) {
    for (ULONG from = 0; from < more_bytes; from += kAddressBytes) {
        ULONG at = 0;
        while (at < bytes && std::memcmp(all + at, more + from, kAddressBytes) != 0)
            at += kAddressBytes;
        if (at < bytes) continue;
        std::memcpy(all + bytes, more + from, kAddressBytes);
        bytes += kAddressBytes;
    }
}

void replace_multicast(Binding& binding, UCHAR* list, ULONG bytes) {
    UCHAR* const old = binding.multicast;
    const KIRQL irql = KeAcquireSpinLockRaiseToDpc(&binding.adapter->layers);  // of receivers
    binding.multicast = list;
    binding.multicast_bytes = bytes;
    KeReleaseSpinLock(&binding.adapter->layers, irql);
    release(old);
}

NDIS_STATUS set_multicast(Binding& binding, NDIS_OID_REQUEST& request) {
    const auto& set = request.DATA.SET_INFORMATION;
    const ULONG wanted = set.InformationBufferLength;
    if (wanted % kAddressBytes != 0 || (wanted != 0 && set.InformationBuffer == nullptr))
        return request_below(*binding.adapter, nullptr, request);
    Turn turn{binding.adapter->addressing_turn};
    ULONG room = wanted, bytes = wanted;
    for_others(*binding.adapter, binding,
               [&](const Binding& other) { room += other.multicast_bytes; });
    auto* const own = static_cast<UCHAR*>(allocate(wanted + 1, kTag));
    auto* const all = static_cast<UCHAR*>(allocate(room + 1, kTag));
    NDIS_STATUS status = NDIS_STATUS_RESOURCES;
    if (own != nullptr && all != nullptr) {
        if (wanted != 0) std::memcpy(own, set.InformationBuffer, wanted);
        std::memcpy(all, own, wanted);  // as it is: the miniport judges it
        for_others(*binding.adapter, binding, [&](const Binding& other) {
            merge(all, bytes, other.multicast, other.multicast_bytes);
        });
        status = set_instead(*binding.adapter, request, all, bytes);
    }
    release(all);
    if (status != NDIS_STATUS_SUCCESS) {
        release(own);
        return status;
    }
    replace_multicast(binding, own, wanted);
    return status;
}

NDIS_STATUS answer(NDIS_OID_REQUEST& request, const void* data, ULONG bytes) {
    auto& query = request.DATA.QUERY_INFORMATION;
    query.BytesNeeded = bytes;
    if (query.InformationBufferLength < bytes) return NDIS_STATUS_INVALID_LENGTH;
    if (bytes != 0) std::memcpy(query.InformationBuffer, data, bytes);
    query.BytesWritten = bytes;
    return NDIS_STATUS_SUCCESS;
}

NDIS_STATUS query_multicast(const Binding& binding, NDIS_OID_REQUEST& request) {
    Turn turn{binding.adapter->addressing_turn};
    return answer(request, binding.multicast, binding.multicast_bytes);
}

void set_nothing(Binding& binding, NDIS_OID oid, ULONG bytes) {
    ULONG none = 0;
    NDIS_OID_REQUEST request = {};
    request.Header = {NDIS_OBJECT_TYPE_OID_REQUEST, NDIS_OID_REQUEST_REVISION_1,
                      NDIS_SIZEOF_OID_REQUEST_REVISION_1};
    request.RequestType = NdisRequestSetInformation;
    request.DATA.SET_INFORMATION.Oid = oid;
    request.DATA.SET_INFORMATION.InformationBuffer = &none;
    request.DATA.SET_INFORMATION.InformationBufferLength = bytes;
    request_of(binding, request);
}

}  // namespace

NDIS_STATUS request_of(Binding& binding, NDIS_OID_REQUEST& request) {
    const NDIS_OID oid = request.DATA.QUERY_INFORMATION.Oid;
    const bool filter = oid == OID_GEN_CURRENT_PACKET_FILTER;
    if (filter || oid == OID_802_3_MULTICAST_LIST) {
        if (request.RequestType == NdisRequestSetInformation)
            return filter ? set_packet_filter(binding, request) : set_multicast(binding, request);
        if (request.RequestType == NdisRequestQueryInformation && binding.protocol != nullptr) {
            const ULONG wanted = binding.packet_filter.load(std::memory_order_relaxed);
            return filter ? answer(request, &wanted, sizeof(wanted))
                          : query_multicast(binding, request);
        }
    }
    return request_below(*binding.adapter, nullptr, request);
}

void forget_addressing(Binding& binding) {
    // Nobody asks for it any more, so that it can be looked at without the turn.
    if (binding.adapter->protocol_bindings.load(std::memory_order_relaxed) != 0) {
        if (binding.packet_filter.load(std::memory_order_relaxed) != 0)
            set_nothing(binding, OID_GEN_CURRENT_PACKET_FILTER, sizeof(ULONG));
        if (binding.multicast_bytes != 0) set_nothing(binding, OID_802_3_MULTICAST_LIST, 0);
    }
    Turn turn{binding.adapter->addressing_turn};
    binding.packet_filter.store(0, std::memory_order_relaxed);
    replace_multicast(binding, nullptr, 0);
}

}  // namespace rsl::ndis

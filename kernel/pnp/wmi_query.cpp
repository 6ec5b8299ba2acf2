// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/pnp/wmi_query.hpp"

#include <cstring>

#include "abi/types/status.h"
#include "base/core/bytes.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/pnp/request.hpp"
#include "kernel/pnp/wmi.hpp"

namespace rsl::pnp {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("PpWq");
constexpr size_t kMostProviders = 64;
constexpr ULONG kFirstBytes = 4096, kMostBytes = 1 << 20;

Answer send_wmi(DEVICE_OBJECT& device, uint8_t minor, const GUID& guid, WNODE_HEADER& node) {
    IO_STACK_LOCATION location = {};
    location.MajorFunction = IRP_MJ_SYSTEM_CONTROL;
    location.MinorFunction = minor;
    location.Parameters.WMI.ProviderId = reinterpret_cast<ULONG_PTR>(&device);
    location.Parameters.WMI.DataPath = const_cast<GUID*>(&guid);
    location.Parameters.WMI.BufferSize = node.BufferSize;
    location.Parameters.WMI.Buffer = &node;
    return send(device, location);
}

/// How much more a provider wants; 0: it has answered.
ULONG needed_by(const WNODE_HEADER& node, const Answer& answer) {
    if (!NT_SUCCESS(answer.status) || (node.Flags & WNODE_FLAG_TOO_SMALL) == 0) return 0;
    return reinterpret_cast<const WNODE_TOO_SMALL&>(node).SizeNeeded;
}

void append(AllData& data, const WNODE_HEADER& node, size_t bytes) {
    const size_t at = align_up<size_t>(data.used, 8);
    data.used = at + bytes;
    if (data.used > data.out.size()) return;
    std::memcpy(data.out.data() + at, &node, bytes);
    auto* copy = reinterpret_cast<WNODE_HEADER*>(data.out.data() + at);
    copy->Linkage = 0;
    if (data.last != nullptr) {
        data.last->Linkage = static_cast<ULONG>(reinterpret_cast<std::byte*>(copy) -
                                                reinterpret_cast<std::byte*>(data.last));
    }
    data.last = copy;
}

/// Asks one provider, again with more room if it wants it. True when the class is its own.
bool ask_all(DEVICE_OBJECT& device, const GUID& guid, AllData& data) {
    for (ULONG bytes = kFirstBytes;;) {
        const mm::UniqueBytes buffer(bytes, kTag);
        if (!buffer) return false;
        std::memset(buffer.get(), 0, bytes);
        auto& node = *reinterpret_cast<WNODE_HEADER*>(buffer.get());
        node.BufferSize = bytes;
        node.ProviderId = provider_id(&device);
        node.Guid = guid;
        node.Flags = WNODE_FLAG_ALL_DATA;
        const Answer answer = send_wmi(device, IRP_MN_QUERY_ALL_DATA, guid, node);
        const ULONG more = needed_by(node, answer);
        if (more > bytes && more <= kMostBytes) {
            bytes = more;
            continue;
        }
        if (!NT_SUCCESS(answer.status) || more != 0) return false;
        const size_t length = node.BufferSize < bytes ? node.BufferSize : bytes;
        if (length < sizeof(WNODE_HEADER)) return false;
        append(data, node, length);
        return true;
    }
}

}  // namespace

constinit ob::ObjectType DataBlock::kType = {
    .name = u"WmiGuid",
    .pool_tag = mm::pool_tag("WmiG"),
    .destroy = &ob::destroy_object<DataBlock>,
};

NTSTATUS query_all(const GUID& guid, AllData& data) {
    Ref<io::Device> devices[kMostProviders];
    const size_t count = collect_providers(devices, kMostProviders);
    bool known = false;
    for (size_t i = 0; i < count; ++i) known |= ask_all(*devices[i], guid, data);
    return known ? STATUS_SUCCESS : STATUS_WMI_GUID_NOT_FOUND;
}

NTSTATUS ask_for_instance(const GUID& guid, uint8_t minor, WNODE_HEADER& node, size_t& written) {
    Ref<io::Device> devices[kMostProviders];
    const size_t count = collect_providers(devices, kMostProviders);
    NTSTATUS status = STATUS_WMI_GUID_NOT_FOUND;
    for (size_t i = 0; i < count; ++i) {
        const ULONG room = node.BufferSize;
        node.ProviderId = provider_id(devices[i].get());
        const Answer answer = send_wmi(*devices[i], minor, guid, node);
        if (const ULONG more = needed_by(node, answer); more != 0) {
            written = more;
            return STATUS_BUFFER_TOO_SMALL;
        }
        if (NT_SUCCESS(answer.status)) {
            written = node.BufferSize < room ? node.BufferSize : room;
            return STATUS_SUCCESS;
        }
        // The most telling refusal: one who knows the class goes before those who do not.
        if (answer.status != STATUS_WMI_GUID_NOT_FOUND && answer.status != STATUS_NOT_SUPPORTED) status = answer.status;
        node.BufferSize = room;
    }
    return status;
}

}  // namespace rsl::pnp

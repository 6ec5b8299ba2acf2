// SPDX-License-Identifier: GPL-2.0-only
#include "classes/ndis/net_buffer.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace rsl::ndis {
namespace {

/// How many MDLs at the front of the chain are retreat()'s: the only ones that advance() may free.
uintptr_t added_mdls(const NET_BUFFER& buffer) {
    return reinterpret_cast<uintptr_t>(buffer.NdisReserved[0]);
}
void set_added_mdls(NET_BUFFER& buffer, uintptr_t count) {
    buffer.NdisReserved[0] = reinterpret_cast<void*>(count);
}

/// A place in a chain. `mdl` is null at the chain's end.
struct Place {
    MDL* mdl;
    ULONG offset;
};

Place walk(MDL* mdl, uint64_t offset) {
    while (mdl != nullptr && offset >= mdl->ByteCount) {
        offset -= mdl->ByteCount;
        mdl = mdl->Next;
    }
    return {mdl, mdl == nullptr ? 0 : static_cast<ULONG>(offset)};
}

Place start_of(const NET_BUFFER& buffer, ULONG offset) {
    return walk(buffer.CurrentMdl, uint64_t{buffer.CurrentMdlOffset} + offset);
}

/// Calls visit(piece, bytes) for the pieces of a part of the window, until that returns false.
template <typename Visit>
ULONG each_piece(NET_BUFFER& buffer, ULONG offset, ULONG bytes, Visit&& visit) {
    if (offset >= buffer.DataLength) return 0;
    ULONG left = std::min(bytes, buffer.DataLength - offset);
    ULONG done = 0;
    for (Place place = start_of(buffer, offset); place.mdl != nullptr && left != 0;
         place = {place.mdl->Next, 0}) {
        const ULONG here = std::min(left, place.mdl->ByteCount - place.offset);
        if (here == 0) continue;
        std::byte* const piece = address_of(*place.mdl);
        if (piece == nullptr || !visit(piece + place.offset, here)) break;
        done += here;
        left -= here;
    }
    return done;
}

}  // namespace

void adjust_current(NET_BUFFER& buffer) {
    // At the very end of the chain, or beyond it, it stays in the last MDL that is left.
    MDL* mdl = buffer.MdlChain;
    ULONG offset = buffer.DataOffset;
    while (mdl != nullptr && mdl->Next != nullptr && offset >= mdl->ByteCount) {
        offset -= mdl->ByteCount;
        mdl = mdl->Next;
    }
    buffer.CurrentMdl = mdl;
    buffer.CurrentMdlOffset = offset;
}

bool set_window(NET_BUFFER& buffer, MDL* chain, ULONG offset, ULONG bytes) {
    Place place = walk(chain, offset);
    if (place.mdl == nullptr && chain != nullptr) {
        // An empty window may lie at the very end of the chain; it then stays in the last MDL.
        MDL* last = chain;
        uint64_t before = 0;
        for (; last->Next != nullptr; last = last->Next) before += last->ByteCount;
        if (bytes != 0 || offset != before + last->ByteCount) return false;
        place = {last, last->ByteCount};
    }
    if (chain == nullptr && (offset != 0 || bytes != 0)) return false;
    buffer.MdlChain = chain;
    buffer.CurrentMdl = place.mdl;
    buffer.CurrentMdlOffset = place.offset;
    buffer.DataOffset = offset;
    buffer.stDataLength = bytes;
    return true;
}

void* contiguous_data(NET_BUFFER& buffer, ULONG bytes, void* storage, ULONG align_multiple,
                      ULONG align_offset) {
    if (bytes == 0 || bytes > buffer.DataLength) return nullptr;
    const Place place = start_of(buffer, 0);
    if (place.mdl == nullptr) return nullptr;
    if (place.mdl->ByteCount - place.offset >= bytes) {
        std::byte* const start = address_of(*place.mdl);
        if (start == nullptr) return nullptr;
        const auto address = reinterpret_cast<uintptr_t>(start + place.offset);
        if (align_multiple <= 1 || address % align_multiple == align_offset % align_multiple)
            return start + place.offset;
    }
    if (storage == nullptr) return nullptr;
    return copy_out(buffer, 0, storage, bytes) == bytes ? storage : nullptr;
}

NDIS_STATUS retreat(NET_BUFFER& buffer, ULONG bytes, ULONG back_fill,
                    NET_BUFFER_ALLOCATE_MDL_HANDLER allocate_mdl) {
    if (buffer.DataOffset >= bytes) {
        set_window(buffer, buffer.MdlChain, buffer.DataOffset - bytes, buffer.DataLength + bytes);
        return NDIS_STATUS_SUCCESS;
    }
    // The new MDL goes in front of the chain, so the chain's own unused bytes, which lie between,
    // are used up too.
    const ULONG missing = bytes - buffer.DataOffset;
    if (bytes > UINT32_MAX - back_fill || buffer.DataLength > UINT32_MAX - bytes)
        return NDIS_STATUS_FAILURE;
    ULONG size = missing + back_fill;
    MDL* mdl = nullptr;
    if (allocate_mdl != nullptr) {
        mdl = allocate_mdl(&size);
        if (mdl != nullptr && mdl->ByteCount < missing) return NDIS_STATUS_FAILURE;
    } else if (void* memory = allocate(size, kTag)) {
        mdl = make_mdl(memory, size);
        if (mdl == nullptr) release(memory);
    }
    if (mdl == nullptr) return NDIS_STATUS_RESOURCES;
    mdl->Next = buffer.MdlChain;
    set_added_mdls(buffer, added_mdls(buffer) + 1);
    set_window(buffer, mdl, mdl->ByteCount - missing, buffer.DataLength + bytes);
    return NDIS_STATUS_SUCCESS;
}

void advance(NET_BUFFER& buffer, ULONG bytes, bool free_unused,
             NET_BUFFER_FREE_MDL_HANDLER free_handler) {
    bytes = std::min(bytes, buffer.DataLength);
    set_window(buffer, buffer.MdlChain, buffer.DataOffset + bytes, buffer.DataLength - bytes);
    while (free_unused && buffer.MdlChain != buffer.CurrentMdl && added_mdls(buffer) != 0) {
        set_added_mdls(buffer, added_mdls(buffer) - 1);
        MDL* const first = buffer.MdlChain;
        buffer.MdlChain = first->Next;
        buffer.DataOffset -= first->ByteCount;
        first->Next = nullptr;
        if (free_handler != nullptr) {
            free_handler(first);
        } else {
            std::byte* const memory = address_of(*first);
            free_mdl(first);
            release(memory);
        }
    }
}

ULONG copy_out(NET_BUFFER& from, ULONG offset, void* to, ULONG bytes) {
    auto* place = static_cast<std::byte*>(to);
    return each_piece(from, offset, bytes, [&](const std::byte* piece, ULONG here) {
        std::memcpy(place, piece, here);
        place += here;
        return true;
    });
}

ULONG copy_in(NET_BUFFER& to, ULONG offset, const void* from, ULONG bytes) {
    const auto* place = static_cast<const std::byte*>(from);
    return each_piece(to, offset, bytes, [&](std::byte* piece, ULONG here) {
        std::memcpy(piece, place, here);
        place += here;
        return true;
    });
}

ULONG copy(NET_BUFFER& to, ULONG to_offset, ULONG bytes, NET_BUFFER& from, ULONG from_offset) {
    ULONG done = 0;
    each_piece(from, from_offset, bytes, [&](const std::byte* piece, ULONG here) {
        const ULONG copied = copy_in(to, to_offset + done, piece, here);
        done += copied;
        return copied == here;
    });
    return done;
}

}  // namespace rsl::ndis

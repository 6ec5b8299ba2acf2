// SPDX-License-Identifier: GPL-2.0-only
// From the arguments of exports to ours.
#pragma once

#include <cstring>
#include <span>

#include "abi/functions/pnp.h"
#include "kernel/io/names.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/pnp/device_node.hpp"

namespace rsl::pnp {

inline std::span<std::byte> room(void* buffer, ULONG bytes) {
    return {static_cast<std::byte*>(buffer), buffer == nullptr ? 0 : bytes};
}

/// A string that the driver frees with RtlFreeUnicodeString.
inline NTSTATUS give_text(std::u16string_view text, UNICODE_STRING& out) {
    const size_t bytes = text.size() * sizeof(char16_t);
    auto* copy = static_cast<char16_t*>(mm::allocate(bytes + sizeof(char16_t), mm::pool_tag("PpTx")));
    if (copy == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    std::memcpy(copy, text.data(), bytes);
    copy[text.size()] = 0;
    out = {static_cast<USHORT>(bytes), static_cast<USHORT>(bytes + sizeof(char16_t)), copy};
    return STATUS_SUCCESS;
}

}  // namespace rsl::pnp

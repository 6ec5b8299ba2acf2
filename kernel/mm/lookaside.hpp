// SPDX-License-Identifier: GPL-2.0-only
// Lookaside lists: NT's structures, which headers of the WDK also work on inline. Our pool is about as
// quick as their list, so they stay short.
#pragma once

#include "abi/types/ex.h"

namespace rsl::mm {

inline constexpr USHORT kLookasideDepth = 16;

/// Sets up the members that NT's three list structures share.
template <typename List>
void initialize_lookaside(List& list, POOL_TYPE type, SIZE_T bytes, ULONG tag) {
    list = {};
    list.Depth = kLookasideDepth;
    list.MaximumDepth = kLookasideDepth;
    list.Type = type;
    list.Tag = tag;
    list.Size = static_cast<ULONG>(bytes);
}

}  // namespace rsl::mm

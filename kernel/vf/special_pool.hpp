// SPDX-License-Identifier: GPL-2.0-only
// The special pool: each block on a page of its own between pages that nobody may touch. Freed like
// any pool. Not for blocks of a page and more, as documented; when pages lack, the pools serve
// instead.
#pragma once

#include <cstdint>

#include "kernel/mm/pool_internal.hpp"
#include "kernel/mm/virtual.hpp"
#include "kernel/vf/special_slots.hpp"

namespace rsl::vf {

/// A block, or nullptr. `paged`: touching it at DISPATCH_LEVEL is a finding, when that is looked
/// for.
void* allocate_special(const mm::PoolRequest& request, uint64_t caller, Side side,
                       bool watch_paging);
bool is_special(const void* memory);
/// Frees a block; false when it is none of these. Damage around it stops the machine.
bool free_special(void* memory, mm::PoolTag tag, uint64_t caller);
/// The live block that an address lies in.
bool find_special(uint64_t address, SpecialBlock& block, uint64_t& start);
/// What a fault at an address means, for the page fault handler.
mm::WatchedFault explain_special(uint64_t address, bool write);

struct SpecialUsage {
    uint32_t slots, live;
    uint64_t served, refused;
};
SpecialUsage special_usage();

}  // namespace rsl::vf

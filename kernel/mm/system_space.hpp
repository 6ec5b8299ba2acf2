// SPDX-License-Identifier: GPL-2.0-only
// What the rest of mm needs of system ranges, beyond virtual.hpp.
#pragma once

#include "kernel/mm/system_ranges.hpp"
#include "kernel/mm/virtual.hpp"

namespace rsl::mm {

/// One page of a reserved range. IRQL <= DISPATCH_LEVEL.
Result<void> map_system_page(uint64_t address, arch::PhysicalPage page, arch::Protection protection);
/// Takes it out again, if it is mapped; the caller flushes.
void unmap_system_page(uint64_t address);
/// Backs pages of a reserved range with zeroed memory; on failure what was mapped so far stays.
Result<void> populate_system_range(uint64_t address, uint64_t bytes, arch::Protection protection);

/// What a range is used for: pool allocations that found no contiguous pages, and addresses that a
/// driver reserved for mappings, are freed by address alone.
struct RangeNote {
    uint32_t tag;
    uint64_t bytes;
    uint16_t owner = 0;
};
void note_range_use(uint64_t address, RangeUse use, const RangeNote& note);
Result<RangeNote> find_range_use(uint64_t address, RangeUse use);
/// Calls visit(context, address, note) for each range of that use, under the lock.
void for_each_range(RangeUse use, void (*visit)(void*, uint64_t, const RangeNote&), void* context);

uint64_t system_range_bytes();

}  // namespace rsl::mm

// SPDX-License-Identifier: GPL-2.0-only
// What NT's pool exports and the start of mm need beyond pool.hpp.
#pragma once

#include "kernel/mm/pool.hpp"
#include "kernel/mm/pool_heap.hpp"

namespace rsl::mm {

void initialize_pool();
/// What an NT export allocates for its caller.
struct PoolRequest {
    size_t bytes;
    PoolTag tag;
    size_t alignment = 16;  // or 64: on a cache line of its own (NonPagedPoolNxCacheAligned)
    bool executable = false;
    PoolOwner owner = 0;
};
void* allocate_for(const PoolRequest& request);
/// The owner that code at an address stands for: 0 unless it is a driver's.
PoolOwner pool_owner(const void* code);
/// The bytes asked for and the tag of a live allocation; 0 when it is none.
size_t pool_block_bytes(const void* memory);
PoolTag pool_block_tag(const void* memory);
/// Pages that lie in one piece of RAM at a wanted place, freed like any pool.
struct ContiguousPlace {
    uint64_t lowest = 0, highest = ~uint64_t{0}, boundary = 0;
};
void* allocate_contiguous_pool(size_t bytes, PoolTag tag, const ContiguousPlace& place, PoolOwner owner);
/// What all tags hold together.
uint64_t pool_total_bytes();
/// Stops the machine over a free that is wrong.
[[noreturn]] void report_bad_free(void* memory, PoolTag tag, PoolFault fault);

}  // namespace rsl::mm

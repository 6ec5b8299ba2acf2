// SPDX-License-Identifier: GPL-2.0-only
// What NT's pool exports and the start of mm need beyond pool.hpp.
#pragma once

#include "abi/types/ex.h"
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
    bool paged = false;  // resident here all the same, unless Driver Verifier allocates
};
void* allocate_for(const PoolRequest& request);
/// Who serves the exports' requests: the pools, or Driver Verifier for the drivers that it watches.
struct PoolBackend {
    void* (*allocate)(const PoolRequest& request, void* context);
    void* context = nullptr;
};
/// What ExAllocatePool* make of their arguments; `caller` is the code that asks. May raise, as they do.
void* allocate_by_type(POOL_TYPE type, size_t bytes, PoolTag tag, const void* caller, const PoolBackend& backend);
void* allocate_by_flags(POOL_FLAGS flags, size_t bytes, PoolTag tag, const void* caller, const PoolBackend& backend);
/// With the POOL_TYPE's promise that it raises or, asked so, returns NULL.
void* allocate_with_quota(POOL_TYPE type, size_t bytes, PoolTag tag, const void* caller, const PoolBackend& backend);

/// Allocations that are not in the pools and are freed like pool: the special pool of Driver Verifier.
struct ForeignPool {
    bool (*free)(void* memory, PoolTag tag);  // false: not one of these
    bool (*find)(const void* memory, size_t& bytes, PoolTag& tag);
};
void set_foreign_pool(const ForeignPool& pool);
/// Whether an address is a live allocation, and if not, what is wrong. Tag 0 matches any.
PoolFault inspect_pool(const void* memory, PoolTag tag);
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

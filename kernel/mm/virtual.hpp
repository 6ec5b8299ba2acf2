// SPDX-License-Identifier: GPL-2.0-only
// Kernel virtual memory: system ranges (images, stacks, I/O and MDL mappings) and address spaces of
// client processes. Not the pools (pool.hpp), which stand on top of this.
#pragma once

#include <cstdint>
#include <span>

#include "base/core/result.hpp"
#include "kernel/arch/paging.hpp"
#include "kernel/mm/address_space.hpp"

namespace rsl::mm {

/// Reserves kernel addresses, no memory behind them; an unmapped guard page follows each range.
/// IRQL <= DISPATCH_LEVEL.
Result<uint64_t> reserve_system_range(uint64_t bytes);
void release_system_range(uint64_t address, uint64_t bytes);

/// Reserves a range and backs it with zeroed pages. IRQL <= DISPATCH_LEVEL.
Result<uint64_t> allocate_system_pages(uint64_t bytes, arch::Protection protection);
/// The same at a given address, for an image that can run nowhere else. kConflictingAddresses unless that lies
/// in the area for it (arch::kFixedRangeBase) and is free. IRQL < DISPATCH_LEVEL.
Result<uint64_t> allocate_system_pages_at(uint64_t address, uint64_t bytes, arch::Protection protection);
/// Unmaps, shoots down, and frees pages and range.
void free_system_pages(uint64_t address, uint64_t bytes);
/// Frees the pages of a part of such a range, whole pages; the addresses stay reserved (INIT sections).
void discard_system_pages(uint64_t address, uint64_t bytes);
/// Changes protection of mapped system pages (images: W^X per section).
Result<void> protect_system_pages(uint64_t address, uint64_t bytes, arch::Protection protection);

/// Maps given physical pages (RAM or device memory) at a fresh system range; unmap_system frees the
/// range, never the pages.
Result<uint64_t> map_physical(uint64_t physical, uint64_t bytes, arch::Protection protection);
Result<uint64_t> map_pages(std::span<const arch::PhysicalPage> pages, arch::Protection protection);
void unmap_system(uint64_t address, uint64_t bytes);
/// Maps one page at a given kernel address outside the system ranges (KUSER_SHARED_DATA). For ever.
Result<void> map_fixed(uint64_t address, arch::PhysicalPage page, arch::Protection protection);

/// A kernel stack with a guard page below. Returns the address of its top.
Result<void*> allocate_stack(uint64_t bytes);
void free_stack(void* top, uint64_t bytes);

/// Physical pages. Counted, so that several MDLs can hold one: allocated with one reference, free
/// when the last is gone. IRQL <= DISPATCH_LEVEL.
enum class Fill : uint8_t { kUninitialized, kZeroed };
Result<arch::PhysicalPage> allocate_page(Fill fill = Fill::kZeroed);
void free_page(arch::PhysicalPage page);
/// One more, or one less, reference on each page that is RAM of ours; others are left alone.
void reference_page(arch::PhysicalPage page);
void dereference_page(arch::PhysicalPage page);
/// `bytes` of physically contiguous RAM below `highest`, aligned, not crossing `boundary` (0: none).
Result<arch::PhysicalPage> allocate_contiguous(uint64_t bytes, uint64_t highest, uint64_t alignment,
                                               uint64_t boundary, uint64_t lowest = 0);
void free_contiguous(arch::PhysicalPage page, uint64_t bytes);
bool is_ram(uint64_t physical);

/// The address space of the running thread's process (attachment counts); the system process' one
/// for its threads. Any IRQL.
AddressSpace& current_address_space();

/// Called by the trap path for a page fault. True when the access can be retried.
/// Returns false at once at DISPATCH_LEVEL and above.
bool handle_page_fault(uint64_t address, bool write, bool execute);

/// Kernel memory that Driver Verifier watches (kernel/vf sets this): pages that it takes away to see who
/// touches them when, and addresses where nobody has anything to look for.
struct WatchedFault {
    uint32_t code = 0;  // the bug check; 0: the address is none of its own
    const char* explanation = nullptr;
    const char* advice = nullptr;
    const char* facts = nullptr;
};
struct MemoryWatch {
    /// Gives a page back that was taken away; false when it was not. `by_kernel`: kernel code touched it.
    bool (*bring_in)(uint64_t address, bool by_kernel);
    WatchedFault (*explain)(uint64_t address, bool write);
};
void set_memory_watch(const MemoryWatch& watch);
bool bring_in_watched(uint64_t address, bool by_kernel);
WatchedFault explain_watched(uint64_t address, bool write);

struct MemoryUsage {
    uint64_t total_pages, free_pages, pool_pages, system_range_bytes;
};
MemoryUsage memory_usage();

}  // namespace rsl::mm

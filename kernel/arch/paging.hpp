// SPDX-License-Identifier: GPL-2.0-only
// Page tables, as mm uses them. Walks go through the direct map. Callers serialise changes to one
// address space themselves (mm's lock); reads are lock-free.
#pragma once

#include <cstdint>

#include "base/core/result.hpp"

namespace rsl::arch {

inline constexpr uint64_t kPageBytes = 4096;

using PhysicalPage = uint64_t;  // a physical address, page aligned

enum class Caching : uint8_t { kCached, kUncached, kWriteCombined };

/// What a mapping allows. Writable and executable together is refused, unless the last flag says
/// that NT promises it to a driver (NonPagedPoolExecute).
struct Protection {
    bool writable = false;
    bool executable = false;
    bool user = false;
    Caching caching = Caching::kCached;
    bool write_execute_promised = false;
    friend bool operator==(const Protection&, const Protection&) = default;
};

/// Where things lie in the upper half. Page 0 of every area stays unmapped or belongs to firmware.
#if defined(RSL_GUEST)
inline constexpr uint64_t kDirectMapBase = 0xFFFF800000000000;  // RSL_DIRECT_MAP_BASE: all RAM
#else
extern uint64_t kDirectMapBase;  // hosted: an arena that plays RAM (arch/hosted/paging.cpp)
#endif
inline constexpr uint64_t kDirectMapBytes = uint64_t{1} << 40;
/// An executable alias of the RAM that executable pool uses, page by page.
inline constexpr uint64_t kExecutableMapBase = 0xFFFF900000000000;
inline constexpr uint64_t kSystemRangeBase = 0xFFFFA00000000000;  // images, stacks, mappings
inline constexpr uint64_t kSystemRangeBytes = uint64_t{1} << 39;
/// For images that can run at one address only: where NT has its drivers, behind our kernel's own image.
inline constexpr uint64_t kFixedRangeBase = 0xFFFFF80040000000;
inline constexpr uint64_t kFixedRangeBytes = (uint64_t{1} << 39) - (uint64_t{1} << 30);
inline constexpr uint64_t kSharedDataPage = 0xFFFFF78000000000;  // KUSER_SHARED_DATA, as in NT
inline constexpr uint64_t kUserBase = 0x10000;               // as in NT: the first 64 KB are never valid
inline constexpr uint64_t kUserEnd = 0x00007FFFFFFF0000;     // MmUserProbeAddress

struct Mapping {
    PhysicalPage page;
    Protection protection;
    uint64_t bytes;  // 4 KB, or 2 MB inside the direct map
};

/// Gives and takes pages for intermediate tables. mm implements it.
class TablePages {
  public:
    virtual Result<PhysicalPage> allocate_zeroed() = 0;
    virtual void free(PhysicalPage page) = 0;

  protected:
    ~TablePages() = default;
};

/// Maps one 4 KB page. Fails when memory for a table lacks or the page is mapped already.
Result<void> map_page(uint64_t root, uint64_t address, PhysicalPage page, Protection protection,
                      TablePages& tables);
/// Takes a mapping out and returns what it was; nothing is flushed (see flush_address).
Result<Mapping> unmap_page(uint64_t root, uint64_t address);
/// The same in two steps, for pages that other processors may still reach: retire_page() makes the
/// address fault and keeps the page number in the entry; after the shoot-down collect_page() takes it.
Result<void> retire_page(uint64_t root, uint64_t address);
Result<PhysicalPage> collect_page(uint64_t root, uint64_t address);
/// The first address in [address, end) whose entry is in use, mapped or retired; `end` if none is.
/// Skips what has no tables.
uint64_t find_used(uint64_t root, uint64_t address, uint64_t end);
/// Changes what an existing mapping allows.
Result<void> protect_page(uint64_t root, uint64_t address, Protection protection);
/// What is mapped at an address, if anything. Any IRQL.
Result<Mapping> query_page(uint64_t root, uint64_t address);

/// The kernel's own root (its upper half is shared by every address space).
uint64_t kernel_root();
/// A new root whose upper half is the kernel's. Upper-half top-level entries are all present from
/// boot on, so that roots never have to be kept in step.
Result<uint64_t> create_root(TablePages& tables);
/// Frees a root and the tables of its lower half; pages mapped there belong to the caller.
void destroy_root(uint64_t root, TablePages& tables);

/// Forgets a cached translation on this processor only. mm shoots down the others.
void flush_address(uint64_t address);
void flush_all();

/// The root that this processor uses now.
uint64_t current_root();

/// Adopts the tables that run now and makes the upper half's top-level entries that mm needs.
Result<void> initialize_paging(uint64_t root, TablePages& tables);
/// Readies this processor: write protection for the kernel too, no-execute, global pages, SMEP where
/// there is, and a page attribute table with write-combining. Each processor calls it once, before
/// it touches a mapping of ours (mm::initialize does for the first one).
void prepare_paging_on_this_processor();

/// A kernel pointer to physical memory that is RAM, through the direct map.
inline void* direct_map(uint64_t physical) {
    return reinterpret_cast<void*>(static_cast<uintptr_t>(kDirectMapBase + physical));
}
/// The other way, for addresses inside the direct map.
inline uint64_t direct_map_physical(const void* pointer) {
    return reinterpret_cast<uintptr_t>(pointer) - kDirectMapBase;
}

}  // namespace rsl::arch

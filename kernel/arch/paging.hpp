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

/// What a mapping allows. Writable and executable together is refused.
struct Protection {
    bool writable = false;
    bool executable = false;
    bool user = false;
    Caching caching = Caching::kCached;
};

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

/// A kernel pointer to physical memory that is RAM, through the direct map.
void* direct_map(uint64_t physical);
/// The other way, for addresses inside the direct map.
uint64_t direct_map_physical(const void* pointer);

}  // namespace rsl::arch

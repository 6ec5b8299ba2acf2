// SPDX-License-Identifier: GPL-2.0-only
// Which addresses of a process mean what (NT's VADs): an ordered array of regions. One allocation
// may consist of several regions side by side, when parts were committed or protected differently.
// Knows no lock and no page table: AddressSpace has both.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/core/result.hpp"

namespace rsl::mm {

class Section;

enum class RegionKind : uint8_t {
    kPrivate,   // zeroed pages, brought in when touched
    kPhysical,  // given physical memory, mapped from the start: rings, \Device\PhysicalMemory
    kLocked,    // pages of an MDL that a driver mapped
    kSection,   // a view of a section's pages, brought in when touched
    kWindow,    // addresses for AWE's physical pages: nothing can be committed there
};

/// Whether an allocation of that kind is the process's own, to be freed by ZwFreeVirtualMemory.
constexpr bool is_private(RegionKind kind) { return kind == RegionKind::kPrivate || kind == RegionKind::kWindow; }

/// [start, end), page aligned.
struct Region {
    uint64_t start, end;
    uint64_t allocation;          // where the allocation that it is part of begins
    uint32_t protect;             // PAGE_*; 0: reserved, not committed
    uint32_t allocation_protect;  // PAGE_* that the allocation began with
    RegionKind kind;
    uint64_t offset;   // kSection: of `start` in the section
    Section* section;  // kSection: one reference for each region
};

class RegionMap {
  public:
    static constexpr uint64_t kGranularity = 0x10000;  // allocations begin at its multiples

    constexpr RegionMap() = default;
    RegionMap(const RegionMap&) = delete;
    RegionMap& operator=(const RegionMap&) = delete;
    ~RegionMap();

    /// The region around an address, or nullptr.
    Region* find(uint64_t address);
    /// The first region that ends above an address, or nullptr.
    Region* first_above(uint64_t address);
    /// Whether [start, end) touches no region.
    bool is_free(uint64_t start, uint64_t end);
    /// The lowest aligned free place of `bytes` in [lowest, highest); 0 when there is none.
    uint64_t find_gap(uint64_t bytes, uint64_t lowest, uint64_t highest);
    /// The highest one.
    uint64_t find_gap_from_top(uint64_t bytes, uint64_t lowest, uint64_t highest);

    /// Adds a region where none is. Fails when memory lacks.
    Result<void> insert(const Region& region);
    /// Makes `address` a border: the region around it becomes two. Fails when memory lacks. A
    /// section's reference is doubled by the caller (`split` tells).
    enum class Split : uint8_t { kWasBorder, kDone };
    Result<Split> split(uint64_t address);
    void erase(Region& region);

    std::span<Region> all() { return {regions_, count_}; }

  private:
    size_t position(uint64_t address) const;  // of the first region that ends above
    Result<void> make_room(size_t at);

    Region* regions_ = nullptr;
    size_t count_ = 0, capacity_ = 0;
};

}  // namespace rsl::mm

// SPDX-License-Identifier: GPL-2.0-only
// The kernel's first page tables, as boot/boot_info.h describes them. Built in a block of pages that
// the shim reaches by the identity map.
#pragma once

#include <cstdint>

namespace rsl::boot {

class PageTables {
  public:
    static constexpr uint64_t kPageBytes = 4096;
    static constexpr uint64_t kLargePageBytes = 2u << 20;
    static constexpr uint64_t kWritable = 1u << 1;
    static constexpr uint64_t kGlobal = 1u << 8;
    static constexpr uint64_t kNoExecute = uint64_t{1} << 63;

    /// Pages that tables for so much RAM and such an image take at most.
    static uint64_t pages_needed(uint64_t highest_ram, uint64_t image_bytes);

    /// `block` is zeroed memory for `pages` tables.
    PageTables(uint64_t block, uint64_t pages);
    uint64_t root() const { return root_; }

    void map_large(uint64_t address, uint64_t physical, uint64_t bits);
    void map_small(uint64_t address, uint64_t physical, uint64_t bits);
    /// Lets the first 512 GB show what `pdpt` maps: the shim's identity map, until the kernel drops it.
    void share_lowest(uint64_t pdpt);

  private:
    uint64_t new_table();
    uint64_t& entry(uint64_t table, uint64_t address, unsigned level);
    uint64_t descend(uint64_t table, uint64_t address, unsigned level);
    uint64_t next_;
    uint64_t end_;
    uint64_t root_;
};

}  // namespace rsl::boot

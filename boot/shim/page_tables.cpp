// SPDX-License-Identifier: GPL-2.0-only
#include "boot/shim/page_tables.hpp"

#include "base/core/check.hpp"

namespace rsl::boot {
namespace {

constexpr uint64_t kPresent = 1;
constexpr uint64_t kLarge = 1u << 7;
constexpr uint64_t kAddressMask = 0x000FFFFFFFFFF000;
constexpr unsigned kEntries = 512;

}  // namespace

uint64_t PageTables::pages_needed(uint64_t highest_ram, uint64_t image_bytes) {
    const uint64_t direct_map = 1 + (highest_ram >> 39) + 1 + (highest_ram >> 30);
    const uint64_t image = 2 + (image_bytes >> 21) + 2;
    return 1 + direct_map + image;
}

PageTables::PageTables(uint64_t block, uint64_t pages)
    : next_(block), end_(block + pages * kPageBytes), root_(new_table()) {}

uint64_t PageTables::new_table() {
    RSL_CHECK(next_ < end_);
    const uint64_t table = next_;
    next_ += kPageBytes;
    return table;
}

uint64_t& PageTables::entry(uint64_t table, uint64_t address, unsigned level) {
    return reinterpret_cast<uint64_t*>(table)[(address >> (12 + 9 * level)) % kEntries];
}

uint64_t PageTables::descend(uint64_t table, uint64_t address, unsigned level) {
    uint64_t& slot = entry(table, address, level);
    if ((slot & kPresent) == 0) slot = new_table() | kPresent | kWritable;
    return slot & kAddressMask;
}

void PageTables::map_large(uint64_t address, uint64_t physical, uint64_t bits) {
    const uint64_t directory = descend(descend(root_, address, 3), address, 2);
    entry(directory, address, 1) = physical | bits | kPresent | kLarge;
}

void PageTables::map_small(uint64_t address, uint64_t physical, uint64_t bits) {
    const uint64_t directory = descend(descend(root_, address, 3), address, 2);
    entry(descend(directory, address, 1), address, 0) = physical | bits | kPresent;
}

void PageTables::share_lowest(uint64_t pdpt) {
    *reinterpret_cast<uint64_t*>(root_) = pdpt | kPresent | kWritable;
}

}  // namespace rsl::boot

// SPDX-License-Identifier: GPL-2.0-only
// Four-level page tables. Entries are read and written whole, so that lock-free readers and the
// processor never see half of one.
#include <array>
#include <atomic>

#include "kernel/arch/paging.hpp"

namespace rsl::arch {
namespace {

using Entry = uint64_t;

constexpr Entry kPresent = 1 << 0;
constexpr Entry kWritable = 1 << 1;
constexpr Entry kUser = 1 << 2;
constexpr Entry kCacheLow = 1 << 3;   // PWT: bit 0 of the index into the attribute table
constexpr Entry kCacheHigh = 1 << 4;  // PCD: bit 1
constexpr Entry kAccessed = 1 << 5;
constexpr Entry kDirty = 1 << 6;
constexpr Entry kLarge = 1 << 7;
constexpr Entry kGlobal = 1 << 8;
constexpr Entry kPromised = 1 << 9;  // ours: writable and executable on purpose
constexpr Entry kRetired = 1 << 10;  // ours: not present, the address bits are still good
constexpr Entry kNoExecute = Entry{1} << 63;
constexpr Entry kAddress = 0x000FFFFFFFFFF000;

constexpr unsigned kTopLevel = 3;
constexpr unsigned kEntries = 512;
constexpr uint64_t kUpperHalf = 0xFFFF800000000000;

constinit uint64_t g_kernel_root = 0;

std::atomic_ref<Entry> entry_at(PhysicalPage table, unsigned index) {
    return std::atomic_ref(static_cast<Entry*>(direct_map(table))[index]);
}
unsigned index_of(uint64_t address, unsigned level) {
    return static_cast<unsigned>(address >> (12 + 9 * level)) % kEntries;
}
Entry load(PhysicalPage table, unsigned index) {
    return entry_at(table, index).load(std::memory_order_acquire);  // pairs with store()
}
void store(PhysicalPage table, unsigned index, Entry entry) {
    entry_at(table, index).store(entry, std::memory_order_release);  // a table below is filled first
}

bool is_allowed(Protection wanted) {
    return !(wanted.writable && wanted.executable) || wanted.write_execute_promised;
}

Entry encode(PhysicalPage page, Protection protection, uint64_t address) {
    Entry entry = page | kPresent | kAccessed;
    if (protection.writable) entry |= kWritable | kDirty;  // set now: no walk has to write them
    if (!protection.executable) entry |= kNoExecute;
    if (protection.user) entry |= kUser;
    if (protection.write_execute_promised) entry |= kPromised;
    if (protection.caching == Caching::kWriteCombined) entry |= kCacheLow;            // entry 1
    if (protection.caching == Caching::kUncached) entry |= kCacheLow | kCacheHigh;  // entry 3
    if (address >= kUpperHalf) entry |= kGlobal;  // the same in every address space
    return entry;
}

Mapping decode(Entry entry, unsigned level, uint64_t address) {
    const uint64_t bytes = kPageBytes << (9 * level);
    const uint64_t inside = address & (bytes - 1) & ~(kPageBytes - 1);
    const bool low = entry & kCacheLow, high = entry & kCacheHigh;
    return Mapping{.page = (entry & kAddress & ~(bytes - 1)) + inside,
                   .protection = {.writable = (entry & kWritable) != 0,
                                  .executable = (entry & kNoExecute) == 0,
                                  .user = (entry & kUser) != 0,
                                  .caching = high  ? Caching::kUncached
                                             : low ? Caching::kWriteCombined
                                                   : Caching::kCached,
                                  .write_execute_promised = (entry & kPromised) != 0},
                   .bytes = bytes};
}

/// The lowest-level table that covers `address`, made if need be.
Result<PhysicalPage> leaf_table(uint64_t root, uint64_t address, TablePages& tables) {
    PhysicalPage table = root;
    for (unsigned level = kTopLevel; level > 0; --level) {
        const unsigned index = index_of(address, level);
        Entry entry = load(table, index);
        if (!(entry & kPresent)) {
            // A top-level entry that appears later would lack in the other roots.
            RSL_CHECK(level != kTopLevel || address < kUpperHalf);
            // What the leaf says decides; the levels above allow everything.
            entry = RSL_TRY(tables.allocate_zeroed()) | kPresent | kWritable | kAccessed;
            if (address < kUpperHalf) entry |= kUser;
            store(table, index, entry);
        }
        if (entry & kLarge) return Status::kConflictingAddresses;
        table = entry & kAddress;
    }
    return table;
}

struct Leaf {
    PhysicalPage table;
    unsigned index;
    unsigned level;
    Entry entry;
};
Result<Leaf> find_leaf(uint64_t root, uint64_t address) {
    PhysicalPage table = root;
    for (unsigned level = kTopLevel;; --level) {
        const unsigned index = index_of(address, level);
        const Entry entry = load(table, index);
        if (!(entry & kPresent)) return Status::kNotFound;
        if (level == 0 || (entry & kLarge)) return Leaf{table, index, level, entry};
        table = entry & kAddress;
    }
}

void free_tables(PhysicalPage table, unsigned level, unsigned count, TablePages& tables) {
    for (unsigned i = 0; level > 0 && i < count; ++i) {
        const Entry entry = load(table, i);
        if ((entry & kPresent) && !(entry & kLarge)) {
            free_tables(entry & kAddress, level - 1, kEntries, tables);
        }
    }
    tables.free(table);
}

}  // namespace

Result<void> map_page(uint64_t root, uint64_t address, PhysicalPage page, Protection protection,
                      TablePages& tables) {
    if (!is_allowed(protection)) return Status::kInvalidImageProtect;
    const PhysicalPage table = RSL_TRY(leaf_table(root, address, tables));
    const unsigned index = index_of(address, 0);
    if (load(table, index) & kPresent) return Status::kConflictingAddresses;
    store(table, index, encode(page, protection, address));
    return {};
}

Result<Mapping> unmap_page(uint64_t root, uint64_t address) {
    const Leaf leaf = RSL_TRY(find_leaf(root, address));
    if (leaf.level != 0) return Status::kNotSupported;
    store(leaf.table, leaf.index, 0);
    return decode(leaf.entry, 0, address);
}

Result<void> retire_page(uint64_t root, uint64_t address) {
    const Leaf leaf = RSL_TRY(find_leaf(root, address));
    if (leaf.level != 0) return Status::kNotSupported;
    store(leaf.table, leaf.index, (leaf.entry & kAddress) | kRetired);
    return {};
}

Result<PhysicalPage> collect_page(uint64_t root, uint64_t address) {
    PhysicalPage table = root;
    for (unsigned level = kTopLevel; level > 0; --level) {
        const Entry entry = load(table, index_of(address, level));
        if (!(entry & kPresent) || (entry & kLarge)) return Status::kNotFound;
        table = entry & kAddress;
    }
    const unsigned index = index_of(address, 0);
    const Entry entry = load(table, index);
    if ((entry & kPresent) || !(entry & kRetired)) return Status::kNotFound;
    store(table, index, 0);
    return entry & kAddress;
}

uint64_t find_used(uint64_t root, uint64_t address, uint64_t end) {
    while (address < end) {
        PhysicalPage table = root;
        unsigned level = kTopLevel;
        for (; level > 0; --level) {
            const Entry entry = load(table, index_of(address, level));
            if (!(entry & kPresent)) break;
            if (entry & kLarge) return address;
            table = entry & kAddress;
        }
        if (level == 0 && load(table, index_of(address, 0)) != 0) return address;
        const uint64_t step = kPageBytes << (9 * level);
        address = (address & ~(step - 1)) + step;
    }
    return end;
}

Result<void> protect_page(uint64_t root, uint64_t address, Protection protection) {
    if (!is_allowed(protection)) return Status::kInvalidImageProtect;
    const Leaf leaf = RSL_TRY(find_leaf(root, address));
    if (leaf.level != 0) return Status::kNotSupported;
    store(leaf.table, leaf.index, encode(leaf.entry & kAddress, protection, address));
    return {};
}

Result<Mapping> query_page(uint64_t root, uint64_t address) {
    const uint64_t upper = address >> 47;
    if (upper != 0 && upper != 0x1FFFF) return Status::kNotFound;  // not canonical
    const Leaf leaf = RSL_TRY(find_leaf(root, address));
    return decode(leaf.entry, leaf.level, address);
}

uint64_t kernel_root() { return g_kernel_root; }

Result<void> initialize_paging(uint64_t root, TablePages& tables) {
    g_kernel_root = root & kAddress;
    constexpr uint64_t kSlotBytes = uint64_t{1} << 39;
    const std::array<uint64_t, 3> areas = {kExecutableMapBase, kSystemRangeBase, kSharedDataPage};
    static_assert(kSystemRangeBytes == kSlotBytes);
    for (const uint64_t area : areas) {
        const unsigned index = index_of(area, kTopLevel);
        if (load(g_kernel_root, index) & kPresent) continue;
        store(g_kernel_root, index,
              RSL_TRY(tables.allocate_zeroed()) | kPresent | kWritable | kAccessed);
    }
    return {};
}

Result<uint64_t> create_root(TablePages& tables) {
    const PhysicalPage root = RSL_TRY(tables.allocate_zeroed());
    for (unsigned i = kEntries / 2; i < kEntries; ++i) store(root, i, load(g_kernel_root, i));
    return root;
}

void destroy_root(uint64_t root, TablePages& tables) {
    RSL_CHECK(root != g_kernel_root);
    free_tables(root, kTopLevel, kEntries / 2, tables);
}

}  // namespace rsl::arch

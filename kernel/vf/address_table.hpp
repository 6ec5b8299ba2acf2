// SPDX-License-Identifier: GPL-2.0-only
// What a driver has, by address: pool blocks, MDLs, IRPs, lookaside lists, resources. Knows no
// lock: its owner guards it. When memory lacks, an entry is left out and counted, and nothing is
// said about it later.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rsl::vf {

enum class Thing : uint8_t {
    kPool,
    kMdl,
    kIrp,
    kLockedMdl,
    kWorkItem,
    kLookaside,
    kResource,
    kForward,
    kAdapter,
    kCommonBuffer
};

struct Entry {
    uint64_t address;
    uint64_t bytes;
    uint64_t caller;  // who made it
    uint32_t tag = 0;
    Thing thing = Thing::kPool;
    bool paged = false;
    Entry* next = nullptr;  // the table's
};

class AddressTable {
  public:
    AddressTable() = default;
    AddressTable(const AddressTable&) = delete;
    AddressTable& operator=(const AddressTable&) = delete;
    ~AddressTable() { clear(); }

    /// Adds, or replaces what was known of that address. False without memory.
    bool add(const Entry& entry);
    /// Takes an entry of that kind out; false when there is none.
    bool remove(uint64_t address, Thing thing);
    bool find(uint64_t address, Thing thing, Entry& out) const;
    bool has(uint64_t address, Thing thing) const {
        Entry unused;
        return find(address, thing, unused);
    }
    /// The first of that kind that lies in [start, start + bytes).
    bool find_in(uint64_t start, uint64_t bytes, Thing thing, Entry& out) const;
    void clear();

    size_t count() const { return count_; }
    uint64_t left_out() const { return left_out_; }

    template <typename Visit>
    void for_each(Visit&& visit) const {
        for (const Entry* bucket : buckets_) {
            for (; bucket != nullptr; bucket = bucket->next) visit(*bucket);
        }
    }

  private:
    static constexpr size_t kBuckets = 256;
    static size_t bucket_of(uint64_t address) { return (address >> 3) * 0x9E3779B97F4A7C15 >> 56; }
    Entry** link_to(uint64_t address, Thing thing);

    Entry* buckets_[kBuckets] = {};
    size_t count_ = 0;
    uint64_t left_out_ = 0;
};

}  // namespace rsl::vf

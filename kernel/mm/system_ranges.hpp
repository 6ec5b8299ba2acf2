// SPDX-License-Identifier: GPL-2.0-only
// Kernel addresses for everything that is not pool: images, stacks, mappings. Addresses are plenty
// (512 GB), so a free range is only ever used again for one of its own size: nothing to split, nothing
// to merge, and both ways take a moment.
#pragma once

#include <array>
#include <cstdint>

#include "base/core/result.hpp"

namespace rsl::mm {

/// What the owner of a range told about it.
enum class RangeUse : uint8_t { kPlain, kPool, kMapping };

/// A range, alive or waiting for its next use. Never freed.
struct SystemRange {
    SystemRange* next;  // in its bucket or free list
    uint64_t address;
    uint32_t pages;     // without the guard page behind it
    RangeUse use;
    uint16_t owner;     // kPool: who asked for it
    uint32_t tag;       // kPool: the slot of its tag; kMapping: the tag itself
    uint64_t bytes;     // of the pool allocation or the mapping
};

/// Which sizes share a free list: exact up to 32 pages, then eight steps for each power of two.
struct SizeStep {
    uint32_t index;
    uint32_t pages;  // the largest that belongs here
};
SizeStep size_step(uint32_t pages);

/// The book of ranges. Knows no lock: system_space.cpp guards it.
class SystemRanges {
  public:
    static constexpr uint32_t kLargestRange = 1 << 24;  // pages: 64 GB

    constexpr SystemRanges(uint64_t base, uint64_t bytes) : base_(base), next_(base), end_(base + bytes) {}

    /// A free range that served before, or nullptr.
    SystemRange* reuse(uint32_t pages);
    /// A fresh range in a record of the caller's; false when addresses ran out.
    bool open(SystemRange& record, uint32_t pages);
    /// A range at an address outside of the book's own; false when a live one is in its way.
    bool open_at(SystemRange& record, uint64_t address, uint32_t pages);
    /// The record of a range outside that was closed, for open_at(), or nullptr.
    SystemRange* take_retired();
    /// The live range that begins at `address`, or nullptr.
    SystemRange* find(uint64_t address) const;
    /// Takes a live range out; it may be reused once recycle() got it.
    SystemRange* close(uint64_t address);
    void recycle(SystemRange& range);
    uint64_t live_bytes() const { return live_pages_ * 4096; }

    /// Calls visit(range) for every live range.
    template <typename Visit>
    void for_each(Visit visit) const {
        for (const SystemRange* bucket : live_) {
            for (; bucket != nullptr; bucket = bucket->next) visit(*bucket);
        }
    }

  private:
    static constexpr unsigned kBuckets = 512, kSteps = 192;
    static unsigned bucket_of(uint64_t address) {
        return static_cast<unsigned>((address >> 12) * 0x9E3779B97F4A7C15 >> 55);
    }
    void enlist(SystemRange& range);
    bool is_outside(uint64_t address) const { return address < base_ || address >= end_; }

    uint64_t base_, next_, end_;
    SystemRange* retired_ = nullptr;
    uint64_t live_pages_ = 0;
    std::array<SystemRange*, kBuckets> live_ = {};
    std::array<SystemRange*, kSteps> free_ = {};
};

}  // namespace rsl::mm

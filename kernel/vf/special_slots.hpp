// SPDX-License-Identifier: GPL-2.0-only
// The book of the special pool: which page has which block, where in its page a block lies, what an
// address that faulted was. Pure: pages and page tables are special_pool.cpp's, and it guards this
// with its lock.
//
//     guard | slot 0 | guard | slot 1 | guard | ...        one page each
//
// A block lies at the end of its page (or at the start, if asked so); the rest of the page holds a
// pattern. A slot that was freed waits behind all the others for its next use, so that a pointer
// into it faults long.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace rsl::vf {

inline constexpr uint32_t kSlotPageBytes = 4096;
inline constexpr uint8_t kFillByte = 0xA7;  // what the rest of a page holds

enum class Side : uint8_t { kEnd, kStart };  // documented as Verify End and Verify Start

struct SpecialBlock {
    uint32_t bytes = 0;
    uint32_t tag = 0;
    uint16_t offset = 0;  // in the page
    bool live = false;
    bool paged = false;
    uint64_t allocated_by = 0, freed_by = 0;
    uint32_t next = 0;  // in the queue of free slots, plus one; the book's
};

/// Where in its page a block begins: as far up as its alignment lets it.
constexpr uint16_t special_offset(uint32_t bytes, uint32_t alignment, Side side) {
    if (side == Side::kStart) return 0;
    return static_cast<uint16_t>((kSlotPageBytes - bytes) & ~(alignment - 1));
}

/// Damage around a block: nullptr, or the first byte that is not what it was.
enum class DamageKind : uint8_t { kNone, kBefore, kBehind, kOneBit };
struct Damage {
    DamageKind kind = DamageKind::kNone;
    uint32_t at = 0;  // in the page
};
void fill_around(std::span<uint8_t, kSlotPageBytes> page, const SpecialBlock& block);
Damage find_damage(std::span<const uint8_t, kSlotPageBytes> page, const SpecialBlock& block);

/// What lies at an address of the special pool.
enum class Spot : uint8_t { kNone, kUnused, kLive, kFreed, kBeyondEnd, kBeforeStart };
struct Found {
    Spot spot = Spot::kNone;
    uint32_t slot = 0;
};

class SpecialSlots {
  public:
    /// `slots` records of the caller's for the addresses from `base` on, bytes_for() of them.
    void initialize(uint64_t base, std::span<SpecialBlock> slots);
    static constexpr uint64_t bytes_for(uint32_t slots) {
        return (uint64_t{slots} * 2 + 1) * kSlotPageBytes;
    }

    /// A slot that was free longest, marked live; false when all are in use.
    bool take(const SpecialBlock& block, uint32_t& slot);
    void give(uint32_t slot, uint64_t freed_by);
    /// A slot that could not be backed with memory: first to be taken again.
    void give_unused(uint32_t slot);

    uint64_t page_of(uint32_t slot) const {
        return base_ + (uint64_t{slot} * 2 + 1) * kSlotPageBytes;
    }
    uint64_t address_of(uint32_t slot) const { return page_of(slot) + slots_[slot].offset; }
    const SpecialBlock& block(uint32_t slot) const { return slots_[slot]; }
    bool contains(uint64_t address) const { return address - base_ < bytes_; }
    Found find(uint64_t address) const;
    uint32_t live() const { return live_; }

  private:
    uint64_t base_ = 0, bytes_ = 0;
    std::span<SpecialBlock> slots_;
    uint32_t head_ = 0, tail_ = 0;  // of free slots, plus one; 0: none
    uint32_t live_ = 0;
};

}  // namespace rsl::vf

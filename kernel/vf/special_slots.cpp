// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/vf/special_slots.hpp"

#include <bit>
#include <cstring>

#include "base/core/check.hpp"

namespace rsl::vf {

void fill_around(std::span<uint8_t, kSlotPageBytes> page, const SpecialBlock& block) {
    const uint32_t end = block.offset + block.bytes;
    std::memset(page.data(), kFillByte, block.offset);
    std::memset(page.data() + end, kFillByte, kSlotPageBytes - end);
}

Damage find_damage(std::span<const uint8_t, kSlotPageBytes> page, const SpecialBlock& block) {
    Damage found;
    uint32_t wrong_bits = 0;
    const auto look = [&](uint32_t from, uint32_t to, DamageKind kind) {
        for (uint32_t at = from; at < to; ++at) {
            if (page[at] == kFillByte) continue;
            wrong_bits +=
                static_cast<uint32_t>(std::popcount(static_cast<uint32_t>(page[at] ^ kFillByte)));
            if (found.kind == DamageKind::kNone) found = {kind, at};
        }
    };
    look(block.offset + block.bytes, kSlotPageBytes, DamageKind::kBehind);
    look(0, block.offset, DamageKind::kBefore);
    if (wrong_bits == 1) found.kind = DamageKind::kOneBit;
    return found;
}

void SpecialSlots::initialize(uint64_t base, std::span<SpecialBlock> slots) {
    base_ = base;
    bytes_ = bytes_for(static_cast<uint32_t>(slots.size()));
    slots_ = slots;
    for (uint32_t i = 0; i < slots.size(); ++i) {
        slots_[i] = {};
        slots_[i].next = i + 1 == slots.size() ? 0 : i + 2;
    }
    head_ = slots.empty() ? 0 : 1;
    tail_ = static_cast<uint32_t>(slots.size());
}

bool SpecialSlots::take(const SpecialBlock& block, uint32_t& slot) {
    if (head_ == 0) return false;
    slot = head_ - 1;
    head_ = slots_[slot].next;
    if (head_ == 0) tail_ = 0;
    slots_[slot] = block;
    slots_[slot].live = true;
    slots_[slot].next = 0;
    ++live_;
    return true;
}

void SpecialSlots::give(uint32_t slot, uint64_t freed_by) {
    RSL_CHECK(slots_[slot].live);
    slots_[slot].live = false;
    slots_[slot].freed_by = freed_by;
    slots_[slot].next = 0;
    if (tail_ != 0) slots_[tail_ - 1].next = slot + 1;
    tail_ = slot + 1;
    if (head_ == 0) head_ = tail_;
    --live_;
}

void SpecialSlots::give_unused(uint32_t slot) {
    slots_[slot] = {};
    slots_[slot].next = head_;
    head_ = slot + 1;
    if (tail_ == 0) tail_ = head_;
    --live_;
}

Found SpecialSlots::find(uint64_t address) const {
    if (!contains(address)) return {};
    const uint64_t page = (address - base_) / kSlotPageBytes;
    if (page % 2 == 1) {
        const auto slot = static_cast<uint32_t>(page / 2);
        const SpecialBlock& block = slots_[slot];
        if (block.live) return {Spot::kLive, slot};
        return {block.allocated_by != 0 || block.bytes != 0 ? Spot::kFreed : Spot::kUnused, slot};
    }
    // A guard page: behind the slot before it, in front of the one behind it. Overruns are the
    // rule; a block that begins where its page begins can only be underrun from here.
    const auto behind = static_cast<uint32_t>(page / 2);
    const bool has_before = behind > 0 && slots_[behind - 1].live;
    const bool has_behind = behind < slots_.size() && slots_[behind].live;
    const bool near_end = address % kSlotPageBytes >= kSlotPageBytes / 2;
    if (has_behind && (!has_before || (near_end && slots_[behind].offset == 0)))
        return {Spot::kBeforeStart, behind};
    if (has_before) return {Spot::kBeyondEnd, behind - 1};
    return {Spot::kUnused, behind < slots_.size() ? behind : behind - 1};
}

}  // namespace rsl::vf

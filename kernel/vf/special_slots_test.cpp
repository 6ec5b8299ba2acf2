// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/vf/special_slots.hpp"

#include <array>
#include <cstring>

#include "base/testing/test.hpp"

namespace rsl::vf {
namespace {

constexpr uint64_t kBase = 0xFFFFA00000100000;

struct Slots {
    std::array<SpecialBlock, 4> records;
    SpecialSlots slots;
    Slots() { slots.initialize(kBase, records); }
    uint32_t take(uint32_t bytes, Side side = Side::kEnd) {
        uint32_t slot = 99;
        const bool taken = slots.take(
            {.bytes = bytes, .offset = special_offset(bytes, 16, side), .allocated_by = 1}, slot);
        return taken ? slot : 99;
    }
};

RSL_TEST(SpecialSlots, BlocksEndWithTheirPage)
{
    RSL_EXPECT_EQ(special_offset(16, 16, Side::kEnd), 4080);
    RSL_EXPECT_EQ(special_offset(1, 16, Side::kEnd), 4080);
    RSL_EXPECT_EQ(special_offset(17, 16, Side::kEnd), 4064);
    RSL_EXPECT_EQ(special_offset(4096, 16, Side::kEnd), 0);
    RSL_EXPECT_EQ(special_offset(100, 64, Side::kEnd), 3968);
    RSL_EXPECT_EQ(special_offset(100, 16, Side::kStart), 0);
}

RSL_TEST(SpecialSlots, PagesHaveGuardsOnBothSides)
{
    Slots s;
    const uint32_t first = s.take(32), second = s.take(32);
    RSL_EXPECT_EQ(s.slots.page_of(first), kBase + 4096);
    RSL_EXPECT_EQ(s.slots.page_of(second), kBase + 3 * 4096);
    RSL_EXPECT_EQ(s.slots.address_of(first), kBase + 2 * 4096 - 32);
}

RSL_TEST(SpecialSlots, TellsWhatAnAddressIs)
{
    Slots s;
    const uint32_t slot = s.take(32);
    const uint64_t address = s.slots.address_of(slot);
    RSL_EXPECT(s.slots.find(address).spot == Spot::kLive);
    RSL_EXPECT(s.slots.find(address + 32).spot == Spot::kBeyondEnd);
    RSL_EXPECT_EQ(s.slots.find(address + 32).slot, slot);
    s.slots.give(slot, 2);
    RSL_EXPECT(s.slots.find(address).spot == Spot::kFreed);
    RSL_EXPECT(s.slots.find(kBase + 7 * 4096).spot == Spot::kUnused);
    RSL_EXPECT(s.slots.find(kBase - 1).spot == Spot::kNone);
    RSL_EXPECT(s.slots.find(kBase + SpecialSlots::bytes_for(4)).spot == Spot::kNone);
}

RSL_TEST(SpecialSlots, TellsAnUnderrunOfABlockAtTheStart)
{
    Slots s;
    s.take(32);
    const uint32_t second = s.take(32, Side::kStart);
    const Found found = s.slots.find(s.slots.address_of(second) - 1);
    RSL_EXPECT(found.spot == Spot::kBeforeStart);
    RSL_EXPECT_EQ(found.slot, second);
}

RSL_TEST(SpecialSlots, AFreedSlotWaitsBehindTheOthers)
{
    Slots s;
    const uint32_t first = s.take(8);
    s.slots.give(first, 2);
    RSL_EXPECT_EQ(s.take(8), 1u);
    RSL_EXPECT_EQ(s.take(8), 2u);
    RSL_EXPECT_EQ(s.take(8), 3u);
    RSL_EXPECT_EQ(s.take(8), first);
    RSL_EXPECT_EQ(s.take(8), 99u);  // all live
    RSL_EXPECT_EQ(s.slots.live(), 4u);
    s.slots.give_unused(2);
    RSL_EXPECT_EQ(s.take(8), 2u);
}

RSL_TEST(SpecialSlots, SeesDamageAroundABlock)
{
    std::array<uint8_t, kSlotPageBytes> page{};
    const SpecialBlock block{.bytes = 20, .offset = special_offset(20, 16, Side::kEnd)};
    fill_around(page, block);
    std::memset(page.data() + block.offset, 0, block.bytes);  // its own bytes are the driver's
    RSL_EXPECT(find_damage(page, block).kind == DamageKind::kNone);
    page[block.offset + 20] = 0;
    RSL_EXPECT(find_damage(page, block).kind == DamageKind::kBehind);
    RSL_EXPECT_EQ(find_damage(page, block).at, block.offset + 20u);
    fill_around(page, block);
    page[block.offset - 1] = 0;
    RSL_EXPECT(find_damage(page, block).kind == DamageKind::kBefore);
    fill_around(page, block);
    page[7] ^= 0x10;
    RSL_EXPECT(find_damage(page, block).kind == DamageKind::kOneBit);
    RSL_EXPECT_EQ(find_damage(page, block).at, 7u);
}

}  // namespace
}  // namespace rsl::vf

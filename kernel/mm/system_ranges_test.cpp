// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/mm/system_ranges.hpp"

#include "base/testing/test.hpp"

namespace {

using namespace rsl::mm;

constexpr uint64_t kBase = 0xFFFFA00000000000;

RSL_TEST(SystemRanges, SizeStepsAreMonotonicAndHoldTheirSizes) {
    uint32_t previous = 0;
    for (uint32_t pages = 1; pages < 5000; ++pages) {
        const SizeStep step = size_step(pages);
        RSL_EXPECT(step.pages >= pages);
        RSL_EXPECT(step.pages <= pages + pages / 8 + 1);
        RSL_EXPECT(step.index == previous || step.index == previous + 1);
        RSL_EXPECT_EQ(size_step(step.pages).index, step.index);
        previous = step.index;
    }
    RSL_EXPECT(size_step(SystemRanges::kLargestRange).index < 192);
}

RSL_TEST(SystemRanges, LeavesAGuardPageBetweenRanges) {
    static constinit SystemRanges ranges{kBase, 1 << 20};
    SystemRange first, second;
    RSL_REQUIRE(ranges.open(first, 3) && ranges.open(second, 1));
    RSL_EXPECT_EQ(second.address, first.address + 4 * 4096);
}

RSL_TEST(SystemRanges, UsesAClosedRangeAgainForItsSizeOnly) {
    static constinit SystemRanges ranges{kBase, 1 << 20};
    SystemRange record;
    RSL_REQUIRE(ranges.open(record, 5));
    const uint64_t address = record.address;
    RSL_EXPECT(ranges.find(address) == &record);
    SystemRange* closed = ranges.close(address);
    RSL_REQUIRE(closed == &record);
    RSL_EXPECT(ranges.find(address) == nullptr);
    RSL_EXPECT(ranges.reuse(5) == nullptr);  // not yet: processors may remember it
    ranges.recycle(*closed);
    RSL_EXPECT(ranges.reuse(4) == nullptr);
    RSL_EXPECT(ranges.reuse(5) == &record);
    RSL_EXPECT_EQ(ranges.live_bytes(), 5u * 4096);
}

RSL_TEST(SystemRanges, KnowsNoRangeThatIsClosed) {
    static constinit SystemRanges ranges{kBase, 1 << 20};
    SystemRange record;
    RSL_REQUIRE(ranges.open(record, 1));
    RSL_EXPECT(ranges.close(record.address) == &record);
    RSL_EXPECT(ranges.close(record.address) == nullptr);
}

RSL_TEST(SystemRanges, HoldsARangeAtAnAddressThatItsOwnerNames) {
    static constinit SystemRanges ranges{kBase, 1 << 20};
    constexpr uint64_t kWanted = 0xFFFFF80040000000;
    SystemRange record, second;
    RSL_REQUIRE(ranges.open_at(record, kWanted, 4));
    RSL_EXPECT(ranges.find(kWanted) == &record);
    RSL_EXPECT(!ranges.open_at(second, kWanted + 4 * 4096, 1));  // the guard page of the first
    RSL_EXPECT(!ranges.open_at(second, kWanted - 4096, 1));
    RSL_EXPECT(ranges.open_at(second, kWanted + 5 * 4096, 1));
    ranges.recycle(*ranges.close(kWanted));
    RSL_EXPECT(ranges.reuse(4) == nullptr);  // nobody else is put there
    RSL_EXPECT(ranges.take_retired() == &record);
    RSL_EXPECT(ranges.take_retired() == nullptr);
    RSL_EXPECT(ranges.open_at(record, kWanted, 4));
}

RSL_TEST(SystemRanges, SaysWhenAddressesRunOut) {
    static constinit SystemRanges ranges{kBase, 8 * 4096};
    SystemRange first, second;
    RSL_EXPECT(ranges.open(first, 7));
    RSL_EXPECT(!ranges.open(second, 1));
}

}  // namespace

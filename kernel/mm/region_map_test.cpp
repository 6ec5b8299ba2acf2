// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/mm/region_map.hpp"

#include "base/testing/test.hpp"

namespace {

using namespace rsl;
using namespace rsl::mm;

constexpr uint64_t kPage = 4096;

Region region(uint64_t start, uint64_t end) {
    return {.start = start, .end = end, .allocation = start, .protect = 4, .allocation_protect = 4,
            .kind = RegionKind::kPrivate};
}

RSL_TEST(RegionMap, FindsWhatContainsAnAddress) {
    RegionMap map;
    RSL_EXPECT(map.insert(region(0x30000, 0x32000)).ok());
    RSL_EXPECT(map.insert(region(0x10000, 0x11000)).ok());
    RSL_EXPECT(map.find(0xFFFF) == nullptr);
    RSL_EXPECT_EQ(map.find(0x10FFF)->start, 0x10000u);
    RSL_EXPECT(map.find(0x11000) == nullptr);
    RSL_EXPECT_EQ(map.find(0x31FFF)->start, 0x30000u);
    RSL_EXPECT_EQ(map.first_above(0x11000)->start, 0x30000u);
    RSL_EXPECT(map.first_above(0x32000) == nullptr);
}

RSL_TEST(RegionMap, FindsTheHighestGap) {
    RegionMap map;
    RSL_EXPECT_EQ(map.find_gap_from_top(kPage, 0x10000, 0x100000), 0xF0000u);
    RSL_EXPECT(map.insert(region(0xF0000, 0x100000)).ok());  // ends where the range does
    RSL_EXPECT_EQ(map.find_gap_from_top(kPage, 0x10000, 0x100000), 0xE0000u);
    RSL_EXPECT(map.insert(region(0xE0000, 0xE1000)).ok());
    RSL_EXPECT_EQ(map.find_gap_from_top(0x10000, 0x10000, 0x100000), 0xD0000u);
    RSL_EXPECT(map.insert(region(0x20000, 0xD0000)).ok());
    RSL_EXPECT_EQ(map.find_gap_from_top(0x20000, 0x10000, 0x100000), 0u);  // 0xD0000 has one, below 0x20000 is one
    RSL_EXPECT_EQ(map.find_gap_from_top(0x10000, 0x10000, 0x100000), 0xD0000u);
    RSL_EXPECT_EQ(map.find_gap_from_top(0x10000, 0x10000, 0x30000), 0x10000u);
    RSL_EXPECT_EQ(map.find_gap_from_top(kPage, 0x20000, 0x30000), 0u);
}

RSL_TEST(RegionMap, KeepsOrderWhileItGrows) {
    RegionMap map;
    for (uint64_t i = 0; i < 100; ++i) {
        const uint64_t at = (i * 37 % 100 + 1) * 0x10000;
        RSL_EXPECT(map.insert(region(at, at + kPage)).ok());
    }
    uint64_t previous = 0;
    for (const Region& one : map.all()) {
        RSL_EXPECT(one.start > previous);
        previous = one.start;
    }
    RSL_EXPECT_EQ(map.all().size(), 100u);
    while (!map.all().empty()) map.erase(map.all()[map.all().size() / 2]);
    RSL_EXPECT(map.find(0x10000) == nullptr);
}

RSL_TEST(RegionMap, FindsTheLowestGapThatHolds) {
    RegionMap map;
    RSL_EXPECT_EQ(map.find_gap(kPage, 0x10001, 0x100000), 0x20000u);  // granular
    RSL_EXPECT(map.insert(region(0x10000, 0x11000)).ok());
    RSL_EXPECT(map.insert(region(0x30000, 0x50000)).ok());
    RSL_EXPECT_EQ(map.find_gap(kPage, 0x10000, 0x100000), 0x20000u);
    RSL_EXPECT_EQ(map.find_gap(0x10000, 0x10000, 0x100000), 0x20000u);
    RSL_EXPECT_EQ(map.find_gap(0x10000 + kPage, 0x10000, 0x100000), 0x50000u);
    RSL_EXPECT_EQ(map.find_gap(0xB0000, 0x10000, 0x100000), 0x50000u);
    RSL_EXPECT_EQ(map.find_gap(0xB0000 + kPage, 0x10000, 0x100000), 0u);
    RSL_EXPECT_EQ(map.find_gap(kPage, 0x10000, 0x20000), 0u);
}

RSL_TEST(RegionMap, TellsFreeRangesFromUsedOnes) {
    RegionMap map;
    RSL_EXPECT(map.insert(region(0x10000, 0x20000)).ok());
    RSL_EXPECT(map.is_free(0, 0x10000));
    RSL_EXPECT(!map.is_free(0, 0x10001));
    RSL_EXPECT(!map.is_free(0x1F000, 0x21000));
    RSL_EXPECT(map.is_free(0x20000, 0x21000));
}

RSL_TEST(RegionMap, SplitsARegionAtABorder) {
    RegionMap map;
    Region view = region(0x10000, 0x20000);
    view.kind = RegionKind::kSection;
    view.offset = 0x5000;
    RSL_EXPECT(map.insert(view).ok());
    RSL_EXPECT(map.split(0x14000).value() == RegionMap::Split::kDone);
    RSL_EXPECT(map.split(0x14000).value() == RegionMap::Split::kWasBorder);
    RSL_EXPECT(map.split(0x20000).value() == RegionMap::Split::kWasBorder);
    RSL_REQUIRE(map.all().size() == 2);
    RSL_EXPECT_EQ(map.all()[0].end, 0x14000u);
    RSL_EXPECT_EQ(map.all()[0].offset, 0x5000u);
    RSL_EXPECT_EQ(map.all()[1].start, 0x14000u);
    RSL_EXPECT_EQ(map.all()[1].offset, 0x9000u);
    RSL_EXPECT_EQ(map.all()[1].allocation, 0x10000u);
}

}  // namespace

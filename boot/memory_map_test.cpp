// SPDX-License-Identifier: GPL-2.0-only
#include "boot/memory_map.hpp"

#include "base/testing/test.hpp"

namespace rsl::boot {
namespace {

struct TestMap {
    RslMemoryRange storage[8] = {};
    MemoryMap map{storage};
    bool is(uint32_t index, uint64_t base, uint64_t bytes, RslMemoryKind kind) {
        const auto ranges = map.ranges();
        return index < ranges.size() && ranges[index].base == base && ranges[index].bytes == bytes &&
               ranges[index].kind == kind;
    }
};

RSL_TEST(BootMemoryMap, SortsAndJoinsFreeMemory) {
    TestMap test;
    RSL_EXPECT(test.map.add_free(0x100000, 0x1000).ok());
    RSL_EXPECT(test.map.add_free(0x1000, 0x9000).ok());
    RSL_EXPECT(test.map.add_free(0x101000, 0x1000).ok());
    RSL_EXPECT_EQ(test.map.ranges().size(), 2u);
    RSL_EXPECT(test.is(0, 0x1000, 0x9000, kRslMemoryFree));
    RSL_EXPECT(test.is(1, 0x100000, 0x2000, kRslMemoryFree));
}

RSL_TEST(BootMemoryMap, KeepsOnlyWholeFreePages) {
    TestMap test;
    RSL_EXPECT(test.map.add_free(0x800, 0x2000).ok());
    RSL_EXPECT(test.is(0, 0x1000, 0x1000, kRslMemoryFree));
    RSL_EXPECT(test.map.add_free(0x5001, 0x100).ok());
    RSL_EXPECT_EQ(test.map.ranges().size(), 1u);
}

RSL_TEST(BootMemoryMap, RefusesOverlappingFreeMemory) {
    TestMap test;
    RSL_EXPECT(test.map.add_free(0x1000, 0x3000).ok());
    RSL_EXPECT_EQ(test.map.add_free(0x2000, 0x1000).status(), Status::kConflictingAddresses);
    RSL_EXPECT_EQ(test.map.add_free(0x0, 0x2000).status(), Status::kConflictingAddresses);
}

RSL_TEST(BootMemoryMap, AssignSplitsARange) {
    TestMap test;
    RSL_EXPECT(test.map.add_free(0x10000, 0x10000).ok());
    RSL_EXPECT(test.map.assign(0x14800, 0x1000, kRslMemoryShim).ok());
    RSL_EXPECT_EQ(test.map.ranges().size(), 3u);
    RSL_EXPECT(test.is(0, 0x10000, 0x4000, kRslMemoryFree));
    RSL_EXPECT(test.is(1, 0x14000, 0x2000, kRslMemoryShim));
    RSL_EXPECT(test.is(2, 0x16000, 0xA000, kRslMemoryFree));
}

RSL_TEST(BootMemoryMap, AssignCoversSeveralRangesAndGaps) {
    TestMap test;
    RSL_EXPECT(test.map.add_free(0x1000, 0x2000).ok());
    RSL_EXPECT(test.map.add_free(0x5000, 0x2000).ok());
    RSL_EXPECT(test.map.assign(0x2000, 0x4000, kRslMemoryReserved).ok());
    RSL_EXPECT_EQ(test.map.ranges().size(), 3u);
    RSL_EXPECT(test.is(0, 0x1000, 0x1000, kRslMemoryFree));
    RSL_EXPECT(test.is(1, 0x2000, 0x4000, kRslMemoryReserved));
    RSL_EXPECT(test.is(2, 0x6000, 0x1000, kRslMemoryFree));
}

RSL_TEST(BootMemoryMap, TakeFindsTheLowestAlignedPlace) {
    TestMap test;
    RSL_EXPECT(test.map.add_free(0x1000, 0x2000).ok());
    RSL_EXPECT(test.map.add_free(0x101000, 0x800000).ok());
    const auto place = test.map.take(0x2001, 0x200000, 0, UINT64_MAX, kRslMemoryKernel);
    RSL_REQUIRE(place.ok());
    RSL_EXPECT_EQ(*place, uint64_t{0x200000});
    RSL_EXPECT(test.is(2, 0x200000, 0x3000, kRslMemoryKernel));
}

RSL_TEST(BootMemoryMap, TakeStaysBelowTheLimit) {
    TestMap test;
    RSL_EXPECT(test.map.add_free(0x1000, 0x10000).ok());
    RSL_EXPECT_EQ(test.map.take(0x2000, 0x1000, 0x8000, 0x9000, kRslMemoryKernel).status(), Status::kNoMemory);
}

RSL_TEST(BootMemoryMap, SaysWhenThereAreTooManyRanges) {
    TestMap test;
    for (uint64_t i = 0; i < 8; ++i) RSL_EXPECT(test.map.add_free(0x10000 * i, 0x3000).ok());
    RSL_EXPECT_EQ(test.map.assign(0x1000, 0x1000, kRslMemoryShim).status(), Status::kInsufficientResources);
}

RSL_TEST(BootMemoryMap, RefusesAddressesThatWrap) {
    TestMap test;
    RSL_EXPECT_EQ(test.map.add_free(UINT64_MAX - 10, 0x1000).status(), Status::kInvalidParameter);
    RSL_EXPECT_EQ(test.map.assign(UINT64_MAX - 10, 5, kRslMemoryShim).status(), Status::kInvalidParameter);
}

}  // namespace
}  // namespace rsl::boot

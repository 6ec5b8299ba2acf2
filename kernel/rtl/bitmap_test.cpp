// SPDX-License-Identifier: GPL-2.0-only
#include "abi/functions/rtl_table.h"
#include "base/testing/test.hpp"

namespace {

/// A bitmap of 100 bits in a buffer of 128.
struct TestMap {
    ULONG words[4] = {};
    RTL_BITMAP map;
    TestMap() { RtlInitializeBitMap(&map, words, 100); }
};

/// The slow and obvious way.
ULONG find_slowly(TestMap& test, ULONG count, ULONG hint, bool value) {
    const auto fits = [&](ULONG at) {
        if (at + count > 100) return false;
        for (ULONG i = 0; i < count; ++i) {
            if ((RtlTestBit(&test.map, at + i) != 0) != value) return false;
        }
        return true;
    };
    for (ULONG at = hint; at < 100; ++at) {
        if (fits(at)) return at;
    }
    for (ULONG at = 0; at < hint; ++at) {
        if (fits(at)) return at;
    }
    return ~0u;
}

}  // namespace

RSL_TEST(Bitmap, SetsAndClearsBits) {
    TestMap test;
    RtlSetBit(&test.map, 33);
    RSL_EXPECT(RtlTestBit(&test.map, 33) && !RtlTestBit(&test.map, 32));
    RtlSetBits(&test.map, 30, 40);
    RSL_EXPECT_EQ(RtlNumberOfSetBits(&test.map), 40u);
    RSL_EXPECT(RtlAreBitsSet(&test.map, 30, 40) && !RtlAreBitsSet(&test.map, 29, 2));
    RtlClearBits(&test.map, 31, 38);
    RSL_EXPECT_EQ(RtlNumberOfClearBits(&test.map), 98u);
    RSL_EXPECT(RtlAreBitsClear(&test.map, 31, 38) && !RtlAreBitsClear(&test.map, 31, 39));
    RtlClearBit(&test.map, 30);
    RtlClearBit(&test.map, 69);
    RSL_EXPECT_EQ(RtlNumberOfSetBits(&test.map), 0u);
    RtlSetAllBits(&test.map);
    RSL_EXPECT_EQ(RtlNumberOfSetBits(&test.map), 100u);
    RtlClearAllBits(&test.map);
    RSL_EXPECT_EQ(RtlNumberOfClearBits(&test.map), 100u);
}

RSL_TEST(Bitmap, RefusesRangesThatAreNone) {
    TestMap test;
    RSL_EXPECT(!RtlAreBitsClear(&test.map, 0, 0) && !RtlAreBitsClear(&test.map, 90, 11) && !RtlAreBitsClear(&test.map, 100, 1));
    RSL_EXPECT_EQ(RtlFindClearBits(&test.map, 101, 0), ~0u);
}

RSL_TEST(Bitmap, FindsRangesLikeTheObviousWay) {
    TestMap test;
    uint32_t random = 7;
    for (int round = 0; round < 300; ++round) {
        random = random * 1664525 + 1013904223;
        const ULONG start = (random >> 8) % 100, length = 1 + (random >> 20) % 12;
        const ULONG fitting = start + length > 100 ? 100 - start : length;
        if ((random & 0x80000000) != 0) RtlSetBits(&test.map, start, fitting);
        else RtlClearBits(&test.map, start, fitting);
        const ULONG count = 1 + (random >> 16) % 9, hint = (random >> 4) % 100;
        RSL_REQUIRE(RtlFindClearBits(&test.map, count, hint) == find_slowly(test, count, hint, false));
        RSL_REQUIRE(RtlFindSetBits(&test.map, count, hint) == find_slowly(test, count, hint, true));
    }
}

RSL_TEST(Bitmap, FindsAndChanges) {
    TestMap test;
    RSL_EXPECT_EQ(RtlFindClearBitsAndSet(&test.map, 10, 95), 0u);
    RSL_EXPECT(RtlAreBitsSet(&test.map, 0, 10));
    RSL_EXPECT_EQ(RtlFindSetBitsAndClear(&test.map, 3, 5), 5u);
    RSL_EXPECT(RtlAreBitsClear(&test.map, 5, 3) && RtlTestBit(&test.map, 8));
}

RSL_TEST(Bitmap, FindsRuns) {
    TestMap test;
    RtlSetAllBits(&test.map);
    RtlClearBits(&test.map, 3, 2);
    RtlClearBits(&test.map, 40, 30);
    RtlClearBits(&test.map, 90, 10);
    ULONG start = 0;
    RSL_EXPECT(RtlFindFirstRunClear(&test.map, &start) == 2 && start == 3);
    RSL_EXPECT(RtlFindNextForwardRunClear(&test.map, 5, &start) == 30 && start == 40);
    RSL_EXPECT(RtlFindNextForwardRunClear(&test.map, 50, &start) == 20 && start == 50);
    RSL_EXPECT(RtlFindNextForwardRunClear(&test.map, 100, &start) == 0);
    RSL_EXPECT(RtlFindLastBackwardRunClear(&test.map, 89, &start) == 30 && start == 40);
    RSL_EXPECT(RtlFindLastBackwardRunClear(&test.map, 99, &start) == 10 && start == 90);
    RSL_EXPECT(RtlFindLastBackwardRunClear(&test.map, 2, &start) == 0);
    RSL_EXPECT(RtlFindLongestRunClear(&test.map, &start) == 30 && start == 40);
    RTL_BITMAP_RUN runs[2];
    RSL_EXPECT_EQ(RtlFindClearRuns(&test.map, runs, 2, FALSE), 2u);
    RSL_EXPECT(runs[0].StartingIndex == 3 && runs[1].StartingIndex == 40);
    RSL_EXPECT_EQ(RtlFindClearRuns(&test.map, runs, 2, TRUE), 2u);
    RSL_EXPECT(runs[0].NumberOfBits == 30 && runs[1].NumberOfBits == 10 && runs[1].StartingIndex == 90);
}

RSL_TEST(Bitmap, KnowsSingleNumbers) {
    RSL_EXPECT(RtlFindLeastSignificantBit(0x50) == 4 && RtlFindMostSignificantBit(0x50) == 6);
    RSL_EXPECT(RtlFindLeastSignificantBit(0) == -1 && RtlFindMostSignificantBit(0) == -1);
    RSL_EXPECT(RtlFindMostSignificantBit(1ull << 63) == 63);
    RSL_EXPECT_EQ(RtlNumberOfSetBitsUlongPtr(0xF0F), 8u);
}

// SPDX-License-Identifier: GPL-2.0-only
// The buddy allocator against a model: a plain array of who owns which page.
#include "kernel/mm/page_allocator.hpp"

#include <vector>

#include "base/testing/test.hpp"

namespace {

using namespace rsl::mm;

/// Frames of a machine of `pages` pages for one test.
class Machine {
  public:
    explicit Machine(PageNumber pages) : frames_(pages) { frame_table = {frames_.data(), pages}; }
    ~Machine() { frame_table = {}; }

  private:
    std::vector<PageFrame> frames_;
};

struct Random {
    uint64_t state = 88172645463325252;
    uint64_t next() {
        state ^= state << 13;
        state ^= state >> 7;
        return state ^= state << 17;
    }
};

RSL_TEST(PageAllocator, GivesEveryPageOnceAndTakesThemBack) {
    Machine machine{300};
    PageAllocator pages{1, 300};
    pages.add(1, 299);
    std::vector<bool> seen(300);
    for (int i = 0; i < 299; ++i) {
        const PageNumber page = pages.take(1);
        RSL_REQUIRE(page != 0 && page < 300 && !seen[page]);
        seen[page] = true;
    }
    RSL_EXPECT_EQ(pages.take(1), 0u);
    for (PageNumber page = 1; page < 300; ++page) pages.release(page, 1);
    RSL_EXPECT_EQ(pages.free_pages(), 299u);
    RSL_EXPECT_EQ(pages.take(128), 128u);  // all merged: the aligned half is one block again
}

RSL_TEST(PageAllocator, KeepsRunsApartUnderRandomLoad) {
    constexpr PageNumber kPages = 4096;
    Machine machine{kPages};
    PageAllocator pages{1, kPages};
    pages.add(1, kPages - 1);
    std::vector<int> owner(kPages, 0);
    struct Run {
        PageNumber first, count;
    };
    std::vector<Run> runs;
    Random random;
    PageNumber in_use = 0;
    for (int turn = 1; turn < 20000; ++turn) {
        if (random.next() % 2 == 0 || runs.empty()) {
            const auto count = static_cast<PageNumber>(1 + random.next() % (random.next() % 8 == 0 ? 100 : 4));
            const PageNumber first = pages.take(count);
            if (first == 0) continue;
            for (PageNumber i = first; i < first + count; ++i) {
                RSL_REQUIRE(i < kPages && owner[i] == 0);
                owner[i] = turn;
            }
            runs.push_back({first, count});
            in_use += count;
        } else {
            const size_t pick = random.next() % runs.size();
            const Run run = runs[pick];
            runs[pick] = runs.back();
            runs.pop_back();
            for (PageNumber i = run.first; i < run.first + run.count; ++i) owner[i] = 0;
            pages.release(run.first, run.count);
            in_use -= run.count;
        }
        RSL_REQUIRE(pages.free_pages() == kPages - 1 - in_use);
    }
    for (const Run& run : runs) pages.release(run.first, run.count);
    RSL_EXPECT_EQ(pages.take(kPages / 2), kPages / 2);
}

RSL_TEST(PageAllocator, PlacesBelowALimitAndAligned) {
    Machine machine{1024};
    PageAllocator pages{1, 1024};
    pages.add(1, 1023);
    const PageNumber low = pages.take_placed(3, {.highest = 63, .alignment = 16});
    RSL_REQUIRE(low != 0);
    RSL_EXPECT_EQ(low % 16, 0u);
    RSL_EXPECT(low + 2 <= 63);
    RSL_EXPECT_EQ(pages.free_pages(), 1020u);
    RSL_EXPECT_EQ(pages.take_placed(4, {.lowest = 1021}), 0u);  // only three pages lie there
    const PageNumber high = pages.take_placed(3, {.lowest = 1021});
    RSL_EXPECT_EQ(high, 1021u);
}

RSL_TEST(PageAllocator, FindsARunThatSpansBlocks) {
    Machine machine{64};
    PageAllocator pages{1, 64};
    pages.add(7, 3);  // 7 | 8 9: two blocks
    const PageNumber run = pages.take_placed(3, {});
    RSL_EXPECT_EQ(run, 7u);
    RSL_EXPECT_EQ(pages.free_pages(), 0u);
}

RSL_TEST(PageAllocator, NeverCrossesTheBoundary) {
    Machine machine{256};
    PageAllocator pages{1, 256};
    pages.add(1, 255);
    for (int i = 0; i < 20; ++i) {
        const PageNumber first = pages.take_placed(5, {.boundary = 8});
        RSL_REQUIRE(first != 0);
        RSL_EXPECT_EQ(first / 8, (first + 4) / 8);
    }
    RSL_EXPECT_EQ(pages.take_placed(9, {.boundary = 8}), 0u);
}

RSL_TEST(PageAllocator, KeepsItsZoneToItself) {
    Machine machine{512};
    PageAllocator low{1, 256}, high{256, 512};
    low.add(1, 255);
    high.add(256, 256);
    RSL_EXPECT_EQ(high.take_placed(1, {.highest = 255}), 0u);
    RSL_EXPECT_EQ(high.take(256), 256u);
    RSL_EXPECT_EQ(low.free_pages(), 255u);
}

}  // namespace

// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/mm/borrowed_pages.hpp"

#include <string_view>

#include "base/testing/test.hpp"

namespace {

using namespace rsl;
using namespace rsl::mm;

constexpr uint64_t kPage = 4096;

RSL_TEST(BorrowedPages, FindsWhatWasInsertedAndNothingElse) {
    BorrowedPages pages;
    for (uint64_t i = 0; i < 200; ++i) RSL_EXPECT(pages.insert(i * kPage, i, false).ok());
    RSL_EXPECT_EQ(pages.count(), 200u);
    RSL_REQUIRE(pages.find(77 * kPage) != nullptr);
    RSL_EXPECT_EQ(pages.find(77 * kPage)->copy, 77u);
    RSL_EXPECT(pages.find(200 * kPage) == nullptr);
    pages.erase_if([](const BorrowedPage&) { return true; });
    RSL_EXPECT_EQ(pages.count(), 0u);
}

RSL_TEST(BorrowedPages, ErasesOnlyWhatIsUnwanted) {
    BorrowedPages pages;
    for (uint64_t i = 0; i < 100; ++i) RSL_EXPECT(pages.insert(i * kPage, i, i % 2 == 0).ok());
    pages.erase_if([](const BorrowedPage& page) { return page.may_write; });
    uint32_t left = 0;
    pages.for_each([&](const BorrowedPage& page) { left += page.may_write ? 1000 : 1; });
    RSL_EXPECT_EQ(left, 50u);
    pages.erase_if([](const BorrowedPage&) { return true; });
}

/// The runs as text: "offset+bytes ".
struct Runs {
    char text[256] = {};
    size_t length = 0;
    void add(size_t offset, size_t bytes) {
        put(offset);
        text[length++] = '+';
        put(bytes);
        text[length++] = ' ';
    }
    void put(size_t number) {
        if (number >= 10) put(number / 10);
        text[length++] = static_cast<char>('0' + number % 10);
    }
};

std::string_view runs_of(const std::byte* now, const std::byte* before, size_t bytes, Runs& runs) {
    each_changed_run(now, before, bytes, [&](size_t offset, size_t count) { runs.add(offset, count); });
    return {runs.text, runs.length};
}

RSL_TEST(BorrowedPages, ChangedRunsHoldNoByteThatIsTheSame) {
    std::byte now[64] = {}, before[64] = {};
    Runs none, some;
    RSL_EXPECT(runs_of(now, before, 64, none).empty());
    now[0] = now[9] = now[11] = std::byte{1};
    now[15] = now[16] = now[17] = std::byte{2};
    now[63] = std::byte{3};
    RSL_EXPECT(runs_of(now, before, 64, some) == "0+1 9+1 11+1 15+3 63+1 ");
}

RSL_TEST(BorrowedPages, ChangedRunsSeeEveryByteOfAPage) {
    static std::byte now[kPage], before[kPage];
    for (auto& byte : now) byte = std::byte{0xFF};
    for (auto& byte : before) byte = std::byte{0};
    Runs runs;
    RSL_EXPECT(runs_of(now, before, kPage, runs) == "0+4096 ");
    Runs end;
    std::memcpy(now, before, kPage - 3);
    RSL_EXPECT(runs_of(now, before, kPage, end) == "4093+3 ");
}

}  // namespace

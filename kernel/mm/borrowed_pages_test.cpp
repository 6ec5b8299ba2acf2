// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/mm/borrowed_pages.hpp"

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

}  // namespace

// SPDX-License-Identifier: GPL-2.0-only
#include "base/core/bytes.hpp"

#include "base/testing/test.hpp"

namespace rsl {
namespace {

RSL_TEST(Bytes, InBoundsRefusesWrappingRanges) {
    RSL_EXPECT(in_bounds(4, 4, 8));
    RSL_EXPECT(!in_bounds(5, 4, 8));
    RSL_EXPECT(!in_bounds(~uint64_t{0}, 2, 8));
    RSL_EXPECT(!in_bounds(2, ~uint64_t{0}, 8));
    RSL_EXPECT(in_bounds(8, 0, 8));
}

RSL_TEST(Bytes, ReadAtReadsUnalignedAndRefusesTheEnd) {
    const std::byte bytes[] = {std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}, std::byte{5}};
    RSL_EXPECT_EQ(read_at<uint32_t>(bytes, 1).value_or(0), 0x05040302u);
    RSL_EXPECT(!read_at<uint32_t>(bytes, 2).has_value());
}

RSL_TEST(Bytes, CheckedAddSeesOverflow) {
    RSL_EXPECT(!checked_add<uint32_t>(0xFFFFFFFFu, 1).has_value());
    RSL_EXPECT_EQ(checked_add<uint32_t>(1, 2).value_or(0), 3u);
}

}  // namespace
}  // namespace rsl

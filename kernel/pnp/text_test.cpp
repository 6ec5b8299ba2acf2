// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/pnp/text.hpp"

#include "base/testing/test.hpp"

namespace rsl::pnp {
namespace {

constexpr GUID kGuid = {0x6f9c7b0e, 0x4d0c, 0x4c5b, {0x9d, 0x5e, 0x2b, 0x7c, 0x2d, 0x6a, 0x1e, 0x01}};

RSL_TEST(PnpText, PutsPathsTogether) {
    IdText text(u"ROOT\\", u"X");
    text.add(u'\\').add_number(7, 4);
    RSL_EXPECT(text.view() == u"ROOT\\X\\0007");
    RSL_EXPECT(!text.overflowed());
}

RSL_TEST(PnpText, WhatDoesNotFitIsSaid) {
    FixedText<4> text(u"abcd");
    RSL_EXPECT(text.overflowed());
    RSL_EXPECT(text.view() == u"abc");
}

RSL_TEST(PnpText, GuidsGoBothWays) {
    FixedText<40> text;
    text.add_guid(kGuid);
    RSL_EXPECT(text.view() == u"{6F9C7B0E-4D0C-4C5B-9D5E-2B7C2D6A1E01}");
    GUID back = {};
    RSL_EXPECT(parse_guid(u"{6f9c7b0e-4d0c-4c5b-9d5e-2b7c2d6a1e01}", back));
    RSL_EXPECT(same_guid(back, kGuid));
    RSL_EXPECT(!parse_guid(u"{6f9c7b0e-4d0c-4c5b-9d5e-2b7c2d6a1e0g}", back));
    RSL_EXPECT(!parse_guid(u"6f9c7b0e-4d0c-4c5b-9d5e-2b7c2d6a1e01", back));
}

RSL_TEST(PnpText, ListsAreWalkedToTheirEnd) {
    constexpr char16_t kList[] = u"one\0two\0";
    RSL_EXPECT_EQ(list_length(kList), size_t{9});
    std::u16string_view rest(kList, 9);
    RSL_EXPECT(next_string(rest) == u"one");
    RSL_EXPECT(next_string(rest) == u"two");
    RSL_EXPECT(next_string(rest).empty());
    RSL_EXPECT_EQ(list_length(nullptr), size_t{0});
}

RSL_TEST(PnpText, ComparesWithoutCase) {
    RSL_EXPECT(same_text(u"ROOT\\Com0Com", u"root\\COM0COM"));
    RSL_EXPECT(!same_text(u"a", u"ab"));
}

}  // namespace
}  // namespace rsl::pnp

// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/cm/environment.hpp"

#include "base/testing/test.hpp"

namespace rsl::cm {
namespace {

constexpr char16_t kBlock[] = u"=C:=C:\\work\0Name=value\0EMPTY=\0systemroot=D:\\Other\0";

bool expands(std::u16string_view text, std::u16string_view expected, const char16_t* block = kBlock) {
    char16_t out[100];
    const size_t length = expand_variables(text, block, out);
    return std::u16string_view(out, length) == expected;
}

}  // namespace

RSL_TEST(Environment, ReplacesKnownNamesOnly) {
    RSL_EXPECT(expands(u"a%NAME%b", u"avalueb"));
    RSL_EXPECT(expands(u"%name%%name%", u"valuevalue"));
    RSL_EXPECT(expands(u"%unknown%", u"%unknown%"));
    RSL_EXPECT(expands(u"%x%name%", u"%xvalue"));  // the second '%' begins a name too
    RSL_EXPECT(expands(u"100%", u"100%"));
    RSL_EXPECT(expands(u"", u""));
}

RSL_TEST(Environment, KnowsTheSystemsOwnBehindTheGiven) {
    RSL_EXPECT(expands(u"%SystemRoot%\\x", u"D:\\Other\\x"));
    RSL_EXPECT(expands(u"%SystemRoot%\\x", u"C:\\Windows\\x", nullptr));
    RSL_EXPECT(expands(u"%SYSTEMDRIVE%", u"C:"));
}

RSL_TEST(Environment, CountsWhatDoesNotFit) {
    char16_t out[4] = {};
    RSL_EXPECT_EQ(expand_variables(u"%name%!", kBlock, std::span(out, 3)), size_t{6});
    RSL_EXPECT(std::u16string_view(out) == u"val");
}

}  // namespace rsl::cm

// SPDX-License-Identifier: GPL-2.0-only
#include "shim/client/text.hpp"

#include "base/testing/test.hpp"

namespace rsl::client {
namespace {

RSL_TEST(Text, GoesThereAndBack) {
    for (const char* text : {"", "Echo", "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"}) {
        const auto utf16 = to_utf16(text);
        RSL_REQUIRE(utf16.has_value());
        RSL_EXPECT(to_utf8(*utf16) == text);
    }
}

RSL_TEST(Text, RefusesWhatIsNoUtf8) {
    for (const char* text : {"\x80", "\xC0\x80", "\xE2\x82", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xFF"}) {
        RSL_EXPECT(!to_utf16(text).has_value());
    }
}

RSL_TEST(Text, ReplacesLoneSurrogates) { RSL_EXPECT(to_utf8(u"a\xD800z") == "a\xEF\xBF\xBDz"); }

RSL_TEST(Text, UnderstandsPathsAsPeopleTypeThem) {
    RSL_EXPECT(to_nt_path("\\\\.\\Echo") == u"\\??\\Echo");
    RSL_EXPECT(to_nt_path("Echo") == u"\\??\\Echo");
    RSL_EXPECT(to_nt_path("C:/dir/file") == u"\\??\\C:\\dir\\file");
    RSL_EXPECT(to_nt_path("\\Device\\Echo") == u"\\Device\\Echo");
    RSL_EXPECT(to_nt_path("\\??\\Echo") == u"\\??\\Echo");
}

}  // namespace
}  // namespace rsl::client

// SPDX-License-Identifier: GPL-2.0-only
#include "filesystems/hostfs/names.hpp"

#include <string>

#include "base/testing/test.hpp"

namespace rsl::hostfs {
namespace {

std::u16string to_nt(std::string_view host) {
    char16_t out[kMostNameUnits];
    return {out, name_to_nt(host, out)};
}
std::string to_host(std::u16string_view name) {
    char out[kMostNameBytes];
    const auto length = name_to_host(name, out);
    return length ? std::string(out, *length) : std::string("(refused)");
}
std::string joined(std::u16string_view path) {
    HostPath out;
    const auto done = append_nt_path(path, out);
    return done ? std::string(out.view()) : std::string("(refused)");
}

}  // namespace

RSL_TEST(HostNames, GoBothWays) {
    for (const char* name : {"plain.txt", "gr\xC3\xBC\xC3\x9F", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "a:b", "q?*", "tab\there"}) {
        const auto nt = to_nt(name);
        RSL_EXPECT(!nt.empty());
        for (const char16_t unit : nt) RSL_EXPECT(unit >= 0x20 && unit != u':' && unit != u'?' && unit != u'*');
        RSL_EXPECT(to_host(nt) == name);
    }
}

RSL_TEST(HostNames, HaveNoNtFormWhenTheyAreNoUtf8) {
    for (const char* name : {"\xFF", "a\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80", "cut\xE2\x82"}) RSL_EXPECT(to_nt(name).empty());
}

RSL_TEST(HostNames, RefuseWhatNtForbids) {
    for (const auto* name : {u"", u".", u"..", u"a/b", u"a:b", u"a*", u"a?b", u"<", u">", u"|", u"\"", u"\x01", u"\xD800", u"\xDC00x"}) {
        RSL_EXPECT(to_host(name) == "(refused)");
    }
    RSL_EXPECT(to_host(std::u16string(256, u'x')) == "(refused)");
    RSL_EXPECT(to_host(std::u16string(200, u'\x20AC')) == "(refused)");  // 600 bytes on the host
    RSL_EXPECT(to_host(std::u16string(255, u'x')) == std::string(255, 'x'));
    RSL_EXPECT(to_host(u"...") == "...");
}

RSL_TEST(HostPaths, TakeNtPaths) {
    RSL_EXPECT(joined(u"\\Windows\\System32") == "Windows/System32");
    RSL_EXPECT(joined(u"a\\b\\") == "a/b");
    RSL_EXPECT(joined(u"\\") == "");
    for (const auto* path : {u"a\\\\b", u"a\\\\", u"\\\\", u"a\\..\\b", u"a\\.\\b"}) RSL_EXPECT(joined(path) == "(refused)");
}

RSL_TEST(HostPaths, ReplaceANameInTheMiddle) {
    HostPath path;
    RSL_REQUIRE(path.assign("windows/SYSTEM32/x").ok());
    RSL_REQUIRE(path.replace_name(8, "system32.old").ok());
    RSL_EXPECT(path.view() == "windows/system32.old/x");
    RSL_EXPECT(path.last() == "x");
    RSL_EXPECT(path.parent() == "windows/system32.old");
    path.remove_last();
    path.remove_last();
    path.remove_last();
    RSL_EXPECT(path.empty());
    RSL_EXPECT(!path.assign(std::string(kMostPathBytes + 1, 'x')).ok());
}

}  // namespace rsl::hostfs

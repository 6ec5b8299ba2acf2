// SPDX-License-Identifier: GPL-2.0-only
#include "host/inf/file.hpp"

#include "base/testing/test.hpp"

namespace rsl::inf {
namespace {

HostResult<File> parse(std::string_view text) {
    return File::parse(std::as_bytes(std::span(text)), "t.inf");
}

RSL_TEST(InfFile, SectionsAndKeysIgnoreCase)
{
    const auto file = parse("[Version]\nSignature = \"$Windows NT$\"\n[VERSION]\nClass=Ports\n");
    RSL_REQUIRE(bool(file));
    const Section* version = file->find("version");
    RSL_REQUIRE(version != nullptr);
    RSL_EXPECT(version->find("SIGNATURE")->value(0) == "$Windows NT$");
    RSL_EXPECT(version->find("class")->value(0) == "Ports");
}

RSL_TEST(InfFile, QuotesHoldCommasSemicolonsAndQuotes)
{
    const auto file = parse("[s]\nHKR,,\"a;b, c\",,\"say \"\"hi\"\"\" ; comment\n");
    RSL_REQUIRE(bool(file));
    const Line& line = file->find("s")->lines.at(0);
    RSL_EXPECT(!line.key);
    RSL_REQUIRE(line.values.size() == 5);
    RSL_EXPECT(line.values[2] == "a;b, c");
    RSL_EXPECT(line.values[4] == "say \"hi\"");
}

RSL_TEST(InfFile, BackslashContinuesALine)
{
    const auto file = parse("[s]\nkey = one, \\ ; more\n   two,\\\n three\nlast = x\n");
    RSL_REQUIRE(bool(file));
    const Section& section = *file->find("s");
    RSL_REQUIRE(section.lines.size() == 2);
    RSL_EXPECT(section.lines[0].values == (std::vector<std::string>{"one", "two", "three"}));
    RSL_EXPECT_EQ(section.lines[1].number, size_t{5});
}

RSL_TEST(InfFile, StringsAreExpanded)
{
    const auto file = parse("[s]\n%Name% = %12%\\x.sys, 100%%\n[Strings]\nNAME = \"A, B\"\n");
    RSL_REQUIRE(bool(file));
    const Line& line = file->find("s")->lines.at(0);
    RSL_EXPECT(*line.key == "A, B");
    RSL_EXPECT(line.values[0] == "%12%\\x.sys");
    RSL_EXPECT(line.values[1] == "100%");
}

RSL_TEST(InfFile, ReadsUtf16)
{
    const std::u16string text = u"\xFEFF[s]\r\nk = \u00e4\r\n";
    const auto file = File::parse(std::as_bytes(std::span(text)), "t.inf");
    RSL_REQUIRE(bool(file));
    RSL_EXPECT(file->find("s")->find("k")->value(0) == "\xC3\xA4");
}

RSL_TEST(InfFile, ReadsWindows1252)
{
    const auto file = parse("[s]\nk = \x80\xE4\n");
    RSL_REQUIRE(bool(file));
    RSL_EXPECT(file->find("s")->find("k")->value(0) == "\xE2\x82\xAC\xC3\xA4");
}

RSL_TEST(InfFile, ErrorsNameTheLine)
{
    const struct {
        const char* text;
        const char* error;
    } cases[] = {
        {"[s\n", "t.inf:1: the section's name has no closing ]"},
        {"\n\nx = 1\n", "t.inf:3: there is text before the first [section]"},
        {"[s]\nk = \"open\n", "t.inf:2: a quotation mark (\") is opened and not closed"},
        {"[s] x\n", "t.inf:1: there is text behind the section's ]"},
    };
    for (const auto& one : cases) {
        const auto file = parse(one.text);
        RSL_REQUIRE(!file);
        RSL_EXPECT(file.failure().text() == one.error);
    }
}

RSL_TEST(InfFile, RefusesBinaryFiles)
{
    RSL_EXPECT(!parse(std::string_view("MZ\0\0", 4)));
    RSL_EXPECT(!File::parse(std::as_bytes(std::span(std::string_view("\xFF\xFE[", 3))), "t.inf"));
}

RSL_TEST(InfFile, EmptyValuesKeepTheirPlaces)
{
    const auto file = parse("[s]\nHKR,,,0,text\nkey =\nkey2 = ,2\n");
    RSL_REQUIRE(bool(file));
    const Section& section = *file->find("s");
    RSL_EXPECT_EQ(section.lines[0].values.size(), size_t{5});
    RSL_EXPECT(section.lines[1].values.empty());
    RSL_EXPECT(section.lines[2].value(0).empty() && section.lines[2].value(1) == "2");
}

}  // namespace
}  // namespace rsl::inf

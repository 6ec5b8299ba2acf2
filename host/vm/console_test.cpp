// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/console.hpp"

#include "base/testing/test.hpp"

using namespace rsl::vm;

RSL_TEST(Console, JoinsALineThatComesInPieces)
{
    Console console;
    std::vector<std::string> lines;
    console.on_line = [&](std::string_view line) { lines.emplace_back(line); };
    console.feed("@lo");
    console.feed("g hello\npla");
    console.feed("in\r\n");
    RSL_REQUIRE(lines.size() == 1);
    RSL_EXPECT(lines[0] == "plain");
    RSL_REQUIRE(console.tail().size() == 2);
    RSL_EXPECT(console.tail().front() == "@log hello");
}
RSL_TEST(Console, KeepsTheFirstBootFailure)
{
    Console console;
    console.feed("@fail no memory\n@fail later\n");
    RSL_REQUIRE(console.boot_failure().has_value());
    RSL_EXPECT(*console.boot_failure() == "no memory");
}
RSL_TEST(Console, TakesTheLastLineWithoutItsEnd)
{
    Console console;
    console.feed("@fail cut off");
    RSL_EXPECT(!console.boot_failure().has_value());
    console.finish();
    RSL_EXPECT(console.boot_failure().has_value());
}
RSL_TEST(Console, ReadsABugCheck)
{
    Console console;
    console.feed(
        R"(@bugcheck {"code":"0x1e","name":"KMODE_EXCEPTION_NOT_HANDLED","parameters":["0xffffffffc0000005",0,0,1],)"
        R"("driver":"crash.sys","address":"crash.sys+0x10","stack":["a","b"],"explanation":"read of 0"})"
        "\n");
    RSL_REQUIRE(console.bug_check().has_value());
    const auto& report = *console.bug_check();
    RSL_EXPECT_EQ(report.code, 0x1eu);
    RSL_EXPECT_EQ(report.parameters.at(0), 0xffffffffc0000005ull);
    RSL_EXPECT_EQ(report.stack.size(), 2u);
    RSL_EXPECT(report.sentence() ==
               "KMODE_EXCEPTION_NOT_HANDLED (0x1e) in crash.sys at crash.sys+0x10: read of 0");
}
RSL_TEST(Console, KeepsABrokenReportAsText)
{
    const auto report = parse_bug_check("{\"code\": ");
    RSL_EXPECT(report.explanation == "{\"code\": ");
    const auto odd = parse_bug_check(R"({"code":[1],"parameters":7,"stack":"x","name":3})");
    RSL_EXPECT_EQ(odd.code, 0u);
}
RSL_TEST(Console, BoundsALineWithoutEnd)
{
    Console console;
    size_t lines = 0, longest = 0;
    console.on_line = [&](std::string_view line) {
        ++lines;
        longest = std::max(longest, line.size());
    };
    const std::string flood(1 << 20, 'x');
    console.feed(flood);
    console.feed("\nnext\n");
    RSL_EXPECT_EQ(lines, 2u);
    RSL_EXPECT_EQ(longest, Console::kMaxLineBytes);
    RSL_EXPECT(console.tail().back() == "next");
}
RSL_TEST(Console, LetsNoControlCharacterThrough)
{
    Console console;
    console.feed("\x1b[2Jhello\x07\n");
    RSL_EXPECT(console.tail().back() == "?[2Jhello?");
}

// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/data_text.hpp"

#include "base/testing/test.hpp"
#include "host/cli/status_text.hpp"

using namespace rsl;
using namespace rsl::cli;

RSL_TEST(DataText, ReadsHexadecimal)
{
    const auto plain = parse_data("0xDEad 00");
    RSL_REQUIRE(plain);
    RSL_EXPECT(hex(*plain) == "dead00");
    const auto none = parse_data("");
    RSL_REQUIRE(none);
    RSL_EXPECT(none->empty());
}
RSL_TEST(DataText, SaysWhatIsWrongWithIt)
{
    for (const char* text : {"xyz", "abc", "12 3"}) {
        const auto data = parse_data(text);
        RSL_REQUIRE(!data);
        RSL_EXPECT(data.failure().text().find(text) != std::string::npos);
        RSL_EXPECT(data.failure().exit_code() == ExitCode::kWrongUse);
    }
}
RSL_TEST(DataText, TakesCharactersAndFiles)
{
    const auto text = parse_data("text:hi");
    RSL_REQUIRE(text);
    RSL_EXPECT(hex(*text) == "6869");
    RSL_EXPECT(!parse_data("@/nonexistent/file"));
    RSL_EXPECT(static_cast<bool>(parse_data("@/dev/null")));
}
RSL_TEST(DataText, ReadsNumbers)
{
    RSL_EXPECT_EQ(parse_number("0x222000").value_or(0), 0x222000u);
    RSL_EXPECT_EQ(parse_number("12").value_or(0), 12u);
    for (const char* text : {"", "0x", "banana", "1x", "-1", "99999999999999999999"})
        RSL_EXPECT(!parse_number(text).has_value());
}
RSL_TEST(DataText, DumpsSixteenBytesALine)
{
    const auto bytes = parse_data("text:0123456789abcdefg\x01");
    RSL_REQUIRE(bytes);
    const auto lines = hex_dump(*bytes);
    RSL_REQUIRE(lines.size() == 2);
    RSL_EXPECT(lines[1].starts_with("0010  67 01 "));
    RSL_EXPECT(lines[1].ends_with(" g."));
}
RSL_TEST(StatusText, GivesNameAndNumber)
{
    RSL_EXPECT(status_text(static_cast<int32_t>(0xC0000022)) == "STATUS_ACCESS_DENIED 0xC0000022");
    RSL_EXPECT(status_text(0) == "STATUS_SUCCESS 0x00000000");
    RSL_EXPECT(status_text(static_cast<int32_t>(0xE1234567)) == "0xE1234567");
}

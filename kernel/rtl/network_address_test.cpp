// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/rtl/network_address.hpp"

#include <string_view>

#include "base/testing/test.hpp"

namespace rsl::rtl::net {
namespace {

/// Reads an IPv6 address and writes it again; "-" when it is none.
std::string_view again(const char* text, char (&out)[64]) {
    uint8_t bytes[16];
    const auto read = read_ipv6(text, bytes);
    if (!read.good || *read.end != 0) return "-";
    return {out, static_cast<size_t>(write_ipv6(out, bytes) - out)};
}

RSL_TEST(NetworkAddress, WritesIpv6AsItsStandardForm)
{
    char out[64];
    const struct {
        const char* text;
        std::string_view form;
    } kCases[] = {{"::", "::"},
                  {"::1", "::1"},
                  {"1::", "1::"},
                  {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
                  {"1:0:3:0:0:6:0:0", "1:0:3::6:0:0"},
                  {"0:0:1:0:0:0:0:1", "0:0:1::1"},
                  {"1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"},
                  {"::1.2.3.4", "::1.2.3.4"},
                  {"::FFFF:1.2.3.4", "::ffff:1.2.3.4"},
                  {"fe80::5efe:1.2.3.4", "fe80::5efe:1.2.3.4"},
                  {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
                  {"64:ff9b::102:304", "64:ff9b::102:304"}};
    for (const auto& c : kCases) RSL_EXPECT(again(c.text, out) == c.form);
}

RSL_TEST(NetworkAddress, RefusesWhatIsNoIpv6)
{
    char out[64];
    for (const char* text :
         {"", ":", ":1", "1:", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3",
          "12345::", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "::1.2.3.256", "1:2:3:4:5:6:7:8::", "g"}) {
        RSL_EXPECT(again(text, out) == "-");
    }
}

RSL_TEST(NetworkAddress, ReadsIpv4AsTheOldRulesAllow)
{
    const struct {
        const char* text;
        bool strict, good;
        uint32_t value;
    } kCases[] = {{"1.2.3.4", true, true, 0x01020304},
                  {"1.2.3", true, false, 0},
                  {"1.2.3", false, true, 0x01020003},
                  {"1.2", false, true, 0x01000002},
                  {"16909060", false, true, 0x01020304},
                  {"0x7f.0x1", false, true, 0x7F000001},
                  {"010.1.1.1", false, true, 0x08010101},
                  {"010.1.1.1", true, true, 0x0A010101},
                  {"256.1", false, false, 0},
                  {"1.16777216", false, false, 0},
                  {"4294967296", false, false, 0},
                  {"1..2", false, false, 0},
                  {"", false, false, 0}};
    for (const auto& c : kCases) {
        uint8_t bytes[4] = {};
        const auto read = read_ipv4(c.text, c.strict, bytes);
        RSL_EXPECT_EQ(read.good, c.good);
        const uint32_t value = static_cast<uint32_t>(bytes[0]) << 24 |
                               static_cast<uint32_t>(bytes[1]) << 16 |
                               static_cast<uint32_t>(bytes[2]) << 8 | bytes[3];
        if (c.good) RSL_EXPECT_EQ(value, c.value);
    }
}

}  // namespace
}  // namespace rsl::rtl::net

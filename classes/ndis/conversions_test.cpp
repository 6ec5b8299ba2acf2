// SPDX-License-Identifier: GPL-2.0-only
#include "classes/ndis/conversions.hpp"

#include "base/testing/test.hpp"

namespace rsl::ndis {
namespace {

RSL_TEST(NdisNumber, ReadsTheBaseThatTheDriverWants)
{
    RSL_EXPECT_EQ(*parse_number(u"1500", 10), 1500u);
    RSL_EXPECT_EQ(*parse_number(u"5dc", 16), 1500u);
    RSL_EXPECT_EQ(*parse_number(u"0x5DC", 16), 1500u);
    RSL_EXPECT_EQ(*parse_number(u" 7 ", 10), 7u);
    RSL_EXPECT_EQ(*parse_number(u"4294967295", 10), 0xFFFFFFFFu);
}

RSL_TEST(NdisNumber, RefusesWhatIsNone)
{
    RSL_EXPECT(!parse_number(u"", 10));
    RSL_EXPECT(!parse_number(u"-1", 10));
    RSL_EXPECT(!parse_number(u"5dc", 10));
    RSL_EXPECT(!parse_number(u"0x", 16));
    RSL_EXPECT(!parse_number(u"4294967296", 10));
    RSL_EXPECT(!parse_number(u"99999999999999999999", 10));
}

RSL_TEST(NdisNetworkAddress, DropsHyphensAndPairsDigits)
{
    const uint8_t expected[] = {0x00, 0xFF, 0x0A, 0x1B, 0x2C, 0x3D};
    for (const std::u16string_view text : {u"00FF0A1B2C3D", u"00-ff-0a-1b-2c-3d"}) {
        uint8_t bytes[6] = {};
        RSL_EXPECT_EQ(*parse_network_address(text, bytes), 6u);
        for (size_t i = 0; i < 6; ++i) RSL_EXPECT_EQ(bytes[i], expected[i]);
    }
}

RSL_TEST(NdisNetworkAddress, RefusesOddCountsOtherCharactersAndTooMany)
{
    uint8_t bytes[2] = {};
    RSL_EXPECT(!parse_network_address(u"", bytes));
    RSL_EXPECT(!parse_network_address(u"-", bytes));
    RSL_EXPECT(!parse_network_address(u"123", bytes));
    RSL_EXPECT(!parse_network_address(u"12:4", bytes));
    RSL_EXPECT(!parse_network_address(u"123456", bytes));
    RSL_EXPECT_EQ(*parse_network_address(u"1234", bytes), 2u);
}

}  // namespace
}  // namespace rsl::ndis

// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/verify_options.hpp"

#include "base/testing/test.hpp"

namespace rsl::cli {
namespace {

RSL_TEST(VerifyOptions, NothingMeansEverythingThatOnlyLooks)
{
    RSL_EXPECT_EQ(parse_verify("")->flags, 0x9BBu);
    RSL_EXPECT_EQ(parse_verify("all")->flags, 0x9BBu);
    RSL_EXPECT(!parse_verify("all")->low_resources());
    RSL_EXPECT_EQ(parse_verify("off")->flags, 0u);
}

RSL_TEST(VerifyOptions, TakesNamesAndNumbers)
{
    RSL_EXPECT_EQ(parse_verify("io")->flags, 0x10u);
    RSL_EXPECT_EQ(parse_verify("special-pool,deadlock")->flags, 0x21u);
    RSL_EXPECT_EQ(parse_verify("0x12")->flags, 0x12u);
    const auto options = parse_verify("low-resources,seed=7,rate=1000");
    RSL_EXPECT_EQ(options->flags, 4u);
    RSL_EXPECT_EQ(options->seed, 7u);
    RSL_EXPECT_EQ(options->rate, 1000u);
    RSL_EXPECT(options->text().find("seed=7") != std::string::npos);
}

RSL_TEST(VerifyOptions, RefusesWhatItDoesNotKnow)
{
    RSL_EXPECT(!parse_verify("everything"));
    RSL_EXPECT(!parse_verify("seed=7"));
    RSL_EXPECT(!parse_verify("io,seed=seven"));
    RSL_EXPECT(!parse_verify("low-resources,rate=10001"));
    RSL_EXPECT(!parse_verify("0x10000"));
}

}  // namespace
}  // namespace rsl::cli

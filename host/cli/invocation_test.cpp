// SPDX-License-Identifier: GPL-2.0-only
#include "base/testing/test.hpp"
#include "host/cli/verbs.hpp"

using namespace rsl;
using namespace rsl::cli;

RSL_TEST(Invocation, FindsTheLongestVerb)
{
    const std::vector<std::string> words{"driver", "load", "x.sys"};
    const auto found = find_verb(words);
    RSL_REQUIRE(found.verb == &kDriverLoad);
    RSL_EXPECT_EQ(found.words, 2u);
    const std::vector<std::string> half{"driver"}, other{"dance"};
    RSL_EXPECT(find_verb(half).verb == nullptr);
    RSL_EXPECT(find_verb(other).verb == nullptr);
}
RSL_TEST(Invocation, KeepsTheOrderOfFlags)
{
    const std::vector<std::string> words{"a.sys", "--ioctl", "1", "--in", "aa", "--ioctl",
                                         "2",     "--out",   "8", "--in", "bb", "--json"};
    const auto call = parse_call(kRun, words);
    RSL_REQUIRE(call);
    RSL_EXPECT(call->arg("FILE") == "a.sys");
    std::string order;
    for (const auto& [flag, value] : call->ordered()) order += flag + "=" + value + " ";
    RSL_EXPECT(order == "ioctl=1 in=aa ioctl=2 out=8 in=bb json= ");
}
RSL_TEST(Invocation, RefusesWhatItDoesNotKnow)
{
    const std::vector<std::string> flag{"a.sys", "--dance"}, none{}, many{"a.sys", "b.sys"},
        no_value{"a.sys", "--timeout"};
    for (const auto& words : {flag, none, many, no_value}) {
        const auto call = parse_call(kRun, words);
        RSL_REQUIRE(!call);
        RSL_EXPECT(call.failure().exit_code() == ExitCode::kWrongUse);
        RSL_EXPECT(call.failure().text().find("rsl help run") != std::string::npos);
    }
}
RSL_TEST(Invocation, TakesManyArguments)
{
    const std::vector<std::string> words{"a.sys", "b.sys", "--all", "c.sys"};
    const auto call = parse_call(kCheck, words);
    RSL_REQUIRE(call);
    RSL_EXPECT_EQ(call->args("FILE").size(), 3u);
    RSL_EXPECT(call->has("all"));
}
RSL_TEST(Invocation, KnowsShortFlags)
{
    const std::vector<std::string> words{"-f", "--vm", "lab"};
    const auto call = parse_call(kLog, words);
    RSL_REQUIRE(call);
    RSL_EXPECT(call->has("follow"));
    RSL_EXPECT(call->value_or("vm", "") == "lab");
}
RSL_TEST(Invocation, NumbersSayWhichFlagIsWrong)
{
    const std::vector<std::string> words{"Echo", "--bytes", "many"};
    const auto call = parse_call(kRead, words);
    RSL_REQUIRE(call);
    const auto number = call->number("bytes", 1);
    RSL_REQUIRE(!number);
    RSL_EXPECT(number.failure().text().find("--bytes 'many'") != std::string::npos);
}
RSL_TEST(Invocation, GivesEachArgumentItsWord)
{
    const std::vector<std::string> words{"Echo", "0x222000", "--in", "aa"};
    const auto call = parse_call(kIoctl, words);
    RSL_REQUIRE(call);
    RSL_EXPECT(call->arg("DEVICE") == "Echo");
    RSL_EXPECT(call->arg("CODE") == "0x222000");
    const std::vector<std::string> one{"driver"}, two{"driver", "load"};
    RSL_REQUIRE(parse_call(kHelp, one));
    RSL_REQUIRE(parse_call(kHelp, two));
    RSL_EXPECT(parse_call(kHelp, two)->arg("VERB2") == "load");
}

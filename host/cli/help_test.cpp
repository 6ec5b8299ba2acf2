// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/help.hpp"

#include "base/testing/test.hpp"

using namespace rsl::cli;

RSL_TEST(Help, NamesEveryVerbEverywhere)
{
    const std::string general = general_help(), manual = manual_page(),
                      completion = bash_completion();
    for (const Verb* verb : all_verbs()) {
        const std::string path(verb->path);
        RSL_EXPECT(general.find("  " + path + " ") != std::string::npos);
        RSL_EXPECT(manual.find(".SS rsl " + path) != std::string::npos);
        RSL_EXPECT(completion.find("\"" + path + " \"*)") != std::string::npos);
        RSL_EXPECT(verb_help(*verb).find("--json") != std::string::npos);
    }
}
RSL_TEST(Help, VerbsAreDescribed)
{
    for (const Verb* verb : all_verbs()) {
        RSL_EXPECT(!verb->summary.empty());
        for (const auto& argument : verb->args) RSL_EXPECT(!argument.help.empty());
        for (const auto& flag : flags_of(*verb))
            RSL_EXPECT(flag.name.starts_with("-") && !flag.help.empty());
    }
}

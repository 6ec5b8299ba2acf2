// SPDX-License-Identifier: GPL-2.0-only
// rsl: finds the verb, parses its words, runs it, prints what came of it.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <optional>

#include "host/cli/help.hpp"
#include "host/cli/slow_notice.hpp"
#include "host/cli/verbs.hpp"

namespace rsl::cli {
namespace {

bool asks_for_help(std::span<const std::string> words) {
    const auto own_end =
        std::find(words.begin(), words.end(), "--");  // the rest is somebody else's
    return std::any_of(words.begin(), own_end,
                       [](const std::string& word) { return word == "--help" || word == "-h"; });
}

/// "driver" alone names three verbs: say which.
Error unknown_verb(const std::string& word) {
    std::string longer;
    for (const Verb* verb : all_verbs()) {
        if (verb->path.starts_with(word + " "))
            longer += (longer.empty() ? "" : ", ") + std::string(verb->path);
    }
    if (!longer.empty())
        return Error::wrong_use("'" + word + "' alone says too little; there are: " + longer);
    return Error::wrong_use("there is no verb '" + word + "'; 'rsl help' lists them");
}

int run(std::vector<std::string> words) {
    if (words.empty() || words[0] == "--help" || words[0] == "-h") {
        std::fputs(general_help().c_str(), words.empty() ? stderr : stdout);
        return words.empty() ? static_cast<int>(ExitCode::kWrongUse) : 0;
    }
    if (words[0] == "--version") words[0] = "version";
    const auto [verb, count] = find_verb(words);
    const bool json = std::find(words.begin(), words.end(), "--json") != words.end();
    Output out(json);
    if (verb == nullptr) return out.finish(unknown_verb(words[0]));
    const auto rest = std::span(words).subspan(count);
    if (asks_for_help(rest)) {
        std::fputs(verb_help(*verb).c_str(), stdout);
        return 0;
    }
    const auto call = parse_call(*verb, rest);
    if (!call) return out.finish(call.failure());
    const auto outcome = [&] {
        // Verbs that call into a running VM do so once; 'log' goes on for as long as it is let.
        std::optional<SlowNotice> notice;
        if (verb->target == Target::kVm && verb->path != "log")
            notice.emplace(out, std::string(verb->path));
        return verb->run(*call, out);
    }();
    return out.finish(outcome);
}

}  // namespace
}  // namespace rsl::cli

int main(int argc, char** argv) {
    ::signal(SIGPIPE, SIG_IGN);
    return rsl::cli::run({argv + 1, argv + argc});
}

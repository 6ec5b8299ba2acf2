// SPDX-License-Identifier: GPL-2.0-only
// From words to an Invocation, by CLI11 (docs/adr/0006-libraries.md). CLI11 reports by exceptions;
// none leaves this file.
#include <CLI/CLI.hpp>

#include <algorithm>

#include "host/cli/data_text.hpp"
#include "host/cli/verb.hpp"

namespace rsl::cli {

std::string_view Flag::key() const {
    const std::string_view last =
        name.substr(name.rfind(',') == std::string_view::npos ? 0 : name.rfind(',') + 1);
    return last.substr(last.find_first_not_of('-'));
}

const std::vector<std::string>& Invocation::args(std::string_view name) const {
    static const std::vector<std::string> kNone;
    const auto found = std::find_if(arguments_.begin(), arguments_.end(),
                                    [&](const auto& a) { return a.first == name; });
    return found == arguments_.end() ? kNone : found->second;
}
const std::string& Invocation::arg(std::string_view name) const {
    static const std::string kNone;
    const auto& all = args(name);
    return all.empty() ? kNone : all.front();
}
bool Invocation::has(std::string_view flag) const { return value(flag).has_value(); }

std::optional<std::string> Invocation::value(std::string_view flag) const {
    const auto found = std::find_if(flags_.rbegin(), flags_.rend(),
                                    [&](const auto& f) { return f.first == flag; });
    if (found == flags_.rend()) return std::nullopt;
    return found->second;
}
std::string Invocation::value_or(std::string_view flag, std::string_view otherwise) const {
    return value(flag).value_or(std::string(otherwise));
}
HostResult<uint64_t> Invocation::number(std::string_view flag, uint64_t otherwise) const {
    const auto text = value(flag);
    if (!text) return otherwise;
    if (const auto number = parse_number(*text)) return *number;
    return Error::wrong_use(
        fmt::format("--{} '{}' is not a number; write it in decimal, or as 0x1234", flag, *text));
}

class InvocationParser {
  public:
    explicit InvocationParser(const Verb& verb)
        : app_("", "rsl " + std::string(verb.path)), verb_(verb) {
        app_.set_help_flag();  // main has looked for it
        app_.allow_extras(false);
        values_.resize(verb.args.size());
        for (size_t i = 0; i < verb.args.size(); ++i) {
            auto* option = app_.add_option(std::string(verb.args[i].name), values_[i]);
            // Values are vectors, which would take every word that follows if allowed to.
            if (verb.args[i].count != Count::kMany) option->expected(1)->allow_extra_args(false);
            if (verb.args[i].count != Count::kOptional) option->required();
        }
        for (const Flag& flag : flags_of(verb)) {
            // A value that may be left out comes behind an equals sign only: CLI11's flags do that.
            const bool is_flag = flag.value.empty() || flag.use == ValueUse::kOptional;
            auto* option = is_flag ? app_.add_flag(std::string(flag.name))
                                   : app_.add_option(std::string(flag.name))->expected(1);
            option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
            if (!is_flag) option->allow_extra_args(false);
            options_.emplace_back(option, std::string(flag.key()), flag.value.empty());
        }
    }

    HostResult<Invocation> parse(std::span<const std::string> words) {
        try {
            app_.parse(std::vector<std::string>(words.rbegin(),
                                                words.rend()));  // it takes them from the back
        } catch (const CLI::ParseError& error) {
            return Error::wrong_use(
                fmt::format("{}; 'rsl help {}' says how it is used", explain(error), verb_.path));
        }
        Invocation call;
        for (size_t i = 0; i < verb_.args.size(); ++i)
            call.arguments_.emplace_back(verb_.args[i].name, values_[i]);
        std::vector<size_t> used(options_.size());
        for (const CLI::Option* option : app_.parse_order()) {
            for (size_t i = 0; i < options_.size(); ++i) {
                if (std::get<0>(options_[i]) != option) continue;
                const auto& results = option->results();
                const size_t index = used[i]++;
                const bool plain = std::get<2>(options_[i]);
                const bool none = plain || index >= results.size() || is_bare(results[index], option);
                call.flags_.emplace_back(std::get<1>(options_[i]), none ? "" : results[index]);
            }
        }
        return call;
    }

  private:
    /// A flag that was given without a value: CLI11 says "true".
    static bool is_bare(const std::string& result, const CLI::Option* option) {
        return option->get_items_expected_max() == 0 && result == "true";
    }

    std::string explain(const CLI::ParseError& error) const {
        std::string text = error.what();
        while (!text.empty() && (text.back() == '\n' || text.back() == '.')) text.pop_back();
        if (const auto newline = text.find('\n'); newline != std::string::npos)
            text.resize(newline);
        return fmt::format("rsl {}: {}", verb_.path, text);
    }

    CLI::App app_;
    const Verb& verb_;
    std::vector<std::vector<std::string>> values_;
    std::vector<std::tuple<CLI::Option*, std::string, bool>> options_;
};

std::vector<Flag> flags_of(const Verb& verb) {
    std::vector<Flag> flags = verb.flags;
    if (verb.target == Target::kVm)
        flags.push_back({"--vm", "the VM's name (default: $RSL_VM, or \"default\")", "NAME"});
    flags.push_back({"--json", "print JSON, for programs"});
    return flags;
}

FoundVerb find_verb(std::span<const std::string> words) {
    FoundVerb found;
    for (const Verb* verb : all_verbs()) {
        size_t count = 0;
        std::string_view rest = verb->path;
        while (!rest.empty() && count < words.size()) {
            const std::string_view word = rest.substr(0, rest.find(' '));
            if (words[count] != word) break;
            rest.remove_prefix(std::min(rest.size(), word.size() + 1));
            ++count;
        }
        if (rest.empty() && count > found.words) found = {verb, count};
    }
    return found;
}

HostResult<Invocation> parse_call(const Verb& verb, std::span<const std::string> words) {
    return InvocationParser(verb).parse(words);
}

}  // namespace rsl::cli

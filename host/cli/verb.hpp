// SPDX-License-Identifier: GPL-2.0-only
// What a verb of `rsl` is. Help, completion and the man page are made from the same table that
// runs.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/core/result.hpp"
#include "base/posix/error.hpp"
#include "host/cli/output.hpp"

namespace rsl::cli {

enum class Count { kOne, kOptional, kMany };  // kMany: at least one

struct Argument {
    std::string_view name;
    std::string_view help;
    Count count = Count::kOne;
};

enum class ValueUse { kRequired, kOptional };  // kOptional: --verify, or --verify=OPTIONS

struct Flag {
    std::string_view name;  // "--json", or "-f,--follow"
    std::string_view help;
    std::string_view value = {};  // what it takes, "SECONDS"; empty: nothing
    ValueUse use = ValueUse::kRequired;
    /// The name without dashes: "follow".
    std::string_view key() const;
};

/// The words of one call, checked against its verb.
class Invocation {
  public:
    /// The value of an argument; empty when an optional one is not there.
    const std::string& arg(std::string_view name) const;
    const std::vector<std::string>& args(std::string_view name) const;
    bool has(std::string_view flag) const;
    /// The last value that was given for a flag.
    std::optional<std::string> value(std::string_view flag) const;
    std::string value_or(std::string_view flag, std::string_view otherwise) const;
    /// A number in decimal or 0x hexadecimal; wrong use says which flag.
    HostResult<uint64_t> number(std::string_view flag, uint64_t otherwise) const;
    /// Every flag with its value, in the order of the command line.
    const std::vector<std::pair<std::string, std::string>>& ordered() const { return flags_; }

  private:
    friend class InvocationParser;
    std::vector<std::pair<std::string, std::vector<std::string>>> arguments_;
    std::vector<std::pair<std::string, std::string>> flags_;
};

/// Whether a verb talks to a running VM, and so takes --vm NAME.
enum class Target { kNone, kVm };

struct Verb {
    std::string_view path;     // "driver load"
    std::string_view summary;  // for lists
    std::vector<Argument> args = {};
    std::vector<Flag> flags = {};
    Target target = Target::kNone;
    std::string_view more = {};  // what else help says: examples, one a line
    HostResult<void> (*run)(const Invocation& call, Output& out);
};

/// Every verb, in the order that help shows.
std::span<const Verb* const> all_verbs();

/// Flags that a verb has beyond its own: --json, --vm.
std::vector<Flag> flags_of(const Verb& verb);

/// The verb that `words` begin with, and how many words name it.
struct FoundVerb {
    const Verb* verb = nullptr;
    size_t words = 0;
};
FoundVerb find_verb(std::span<const std::string> words);

/// Parses what stands behind a verb's name.
HostResult<Invocation> parse_call(const Verb& verb, std::span<const std::string> words);

}  // namespace rsl::cli

// SPDX-License-Identifier: GPL-2.0-only
// TargetOSVersion decorations of models and install sections.
#include "host/inf/plan.hpp"
#include "host/inf/registry.hpp"

namespace rsl::inf {
namespace {

// What we are: docs/adr/0002.
constexpr unsigned kMajor = 10, kMinor = 0, kBuild = 19045;

std::vector<std::string> split(std::string_view text, char at) {
    std::vector<std::string> parts;
    for (;;) {
        const size_t end = text.find(at);
        parts.emplace_back(text.substr(0, end));
        if (end == text.npos) return parts;
        text.remove_prefix(end + 1);
    }
}

}  // namespace

int rank_of_decoration(std::string_view decoration) {
    // nt[architecture][.major[.minor[.product[.suite[.build]]]]]
    const auto parts = split(lower(decoration), '.');
    const std::string& first = parts[0];
    if (first != "nt" && first != "ntamd64") return -1;
    const bool architecture = first == "ntamd64";
    unsigned numbers[5] = {};
    for (size_t i = 1; i < parts.size(); ++i) {
        uint32_t number = 0;
        if (i > 5 || (!parts[i].empty() && !parse_number(parts[i], number))) return -1;
        numbers[i - 1] = number;
    }
    const unsigned major = numbers[0], minor = numbers[1], product = numbers[2], build = numbers[4];
    if (major > kMajor || (major == kMajor && minor > kMinor)) return -1;
    if (major == kMajor && build > kBuild) return -1;
    constexpr unsigned kWorkstation = 1;
    if (product != 0 && product != kWorkstation) return -1;
    // Later systems are better, then a build, then the architecture.
    return static_cast<int>(major * 100'000'000 + minor * 1'000'000 + build * 4) +
           (product != 0 ? 2 : 0) + (architecture ? 2 : 0) + 1;
}

}  // namespace rsl::inf

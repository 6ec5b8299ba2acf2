// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/verify_options.hpp"

#include <sys/random.h>

#include "host/cli/data_text.hpp"

namespace rsl::cli {
namespace {

constexpr uint32_t kLowResources = 0x4;

struct Word {
    std::string_view name;
    uint32_t flags;
};
// The values are those of Windows' `verifier /flags`.
constexpr Word kWords[] = {
    {"special-pool", 0x1},  {"irql", 0x2},       {"low-resources", kLowResources},
    {"pool-tracking", 0x8}, {"io", 0x10},        {"deadlock", 0x20},
    {"dma", 0x80},          {"security", 0x100}, {"misc", 0x800},
};
constexpr uint32_t kStandard = 0x9BB;
constexpr uint32_t kMaxRate = 10'000;

std::string names() {
    std::string all;
    for (const Word& word : kWords) all += (all.empty() ? "" : ", ") + std::string(word.name);
    return all;
}

HostResult<uint32_t> number_behind(std::string_view word, size_t name_bytes, uint64_t most) {
    const auto number = parse_number(std::string(word.substr(name_bytes)));
    if (!number || *number > most)
        return Error::wrong_use(fmt::format("--verify: '{}' is no number up to {}", word, most));
    return static_cast<uint32_t>(*number);
}

HostResult<void> take_word(std::string_view word, VerifyOptions& options, bool& has_seed) {
    for (const Word& known : kWords) {
        if (word != known.name) continue;
        options.flags |= known.flags;
        return {};
    }
    if (word == "all" || word == "standard") {
        options.flags |= kStandard;
    } else if (word == "off") {
        options.flags = 0;
    } else if (word.starts_with("seed=")) {
        options.seed = RSL_TRY(number_behind(word, 5, 0xFFFFFFFF));
        has_seed = true;
    } else if (word.starts_with("rate=")) {
        options.rate = RSL_TRY(number_behind(word, 5, kMaxRate));
    } else if (const auto number = parse_number(std::string(word))) {
        if ((*number & ~uint64_t{kStandard | kLowResources}) != 0)
            return Error::wrong_use(fmt::format(
                "--verify: {} asks for checks that there are not; 0x{:x} are all there are", word,
                kStandard | kLowResources));
        options.flags |= static_cast<uint32_t>(*number);
    } else {
        return Error::wrong_use(fmt::format(
            "--verify: '{}' is no check; there are {}, and standard, all, seed=N, rate=N", word,
            names()));
    }
    return {};
}

}  // namespace

bool VerifyOptions::low_resources() const { return (flags & kLowResources) != 0; }

std::string VerifyOptions::text() const {
    std::string all;
    for (const Word& word : kWords) {
        if ((flags & word.flags) == 0) continue;
        all += (all.empty() ? "" : ", ") + std::string(word.name);
        if (word.flags == kLowResources)
            all += fmt::format(" (seed={}, {:g} % fail)", seed, static_cast<double>(rate) / 100);
    }
    return all.empty() ? "off" : all;
}

Json VerifyOptions::json() const {
    Json out{{"flags", fmt::format("{:#x}", flags)}, {"options", text()}};
    if (low_resources()) {
        out["seed"] = seed;
        out["rate"] = rate;
    }
    return out;
}

HostResult<VerifyOptions> parse_verify(std::string_view words) {
    VerifyOptions options;
    bool has_seed = false, any_check = words.empty();
    if (words.empty()) options.flags = kStandard;
    while (!words.empty()) {
        const std::string_view word = words.substr(0, words.find(','));
        words.remove_prefix(std::min(words.size(), word.size() + 1));
        RSL_TRY(take_word(word, options, has_seed));
        any_check |= !word.starts_with("seed=") && !word.starts_with("rate=");
    }
    if (!any_check)
        return Error::wrong_use(
            "--verify: seed and rate belong to low-resources; name the checks too");
    if (options.low_resources() && !has_seed)
        (void)!::getrandom(&options.seed, 2, 0);  // short enough to type again
    return options;
}

HostResult<std::optional<VerifyOptions>> verify_of(const Invocation& call) {
    const auto words = call.value("verify");
    if (!words) return std::optional<VerifyOptions>{};
    return std::optional{RSL_TRY(parse_verify(*words))};
}

}  // namespace rsl::cli

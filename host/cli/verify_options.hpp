// SPDX-License-Identifier: GPL-2.0-only
// --verify[=OPTIONS]: what Driver Verifier is to look for, in words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/posix/error.hpp"
#include "host/cli/output.hpp"
#include "host/cli/verb.hpp"

namespace rsl::cli {

struct VerifyOptions {
    uint32_t flags = 0;  // as of verifier.exe; 0: nothing
    uint32_t seed = 0;
    uint32_t rate = 600;  // of 10,000

    bool low_resources() const;
    /// "special-pool, irql, low-resources (seed 7, 6 %)".
    std::string text() const;
    Json json() const;
};

/// Words between commas: names, "standard", "all", "off", a number as verifier.exe takes it,
/// seed=N, rate=N. Empty: standard. Without a seed, low-resources gets a random one.
HostResult<VerifyOptions> parse_verify(std::string_view words);
/// The call's --verify, if it has one.
HostResult<std::optional<VerifyOptions>> verify_of(const Invocation& call);
inline constexpr Flag kVerifyFlag{"--verify",
                                  "watch the driver with Driver Verifier (docs/guides/verifier.md)",
                                  "OPTIONS", ValueUse::kOptional};
/// For help: what the words are.
inline constexpr std::string_view kVerifyHelp =
    "--verify   every check that only looks\n"
    "--verify=special-pool,pool-tracking,irql,io,deadlock,dma,security,misc   these checks\n"
    "--verify=all,low-resources,seed=7,rate=1000   and 10 % of the allocations fail, the same each "
    "time";

}  // namespace rsl::cli

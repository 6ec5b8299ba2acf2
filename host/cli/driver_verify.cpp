// SPDX-License-Identifier: GPL-2.0-only
// `rsl driver verify NAME [OPTIONS]`: what Driver Verifier looks for in a driver of a VM that runs.
#include "host/cli/verbs.hpp"
#include "host/cli/verify_options.hpp"
#include "host/cli/vm_client.hpp"

namespace rsl::cli {

const Verb kDriverVerify{
    .path = "driver verify",
    .summary = "watch a driver with Driver Verifier from its next load on",
    .args = {{"NAME", "its service name; '*' for every driver without a setting of its own"},
             {"OPTIONS", "the checks, as for --verify (default: all); off: none",
              Count::kOptional}},
    .target = Target::kVm,
    .more =
        "rsl driver verify echo\nrsl driver verify echo io,deadlock\nrsl driver verify echo off\n"
        "rsl inspect kernel/verifier",
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        const auto options = RSL_TRY(parse_verify(call.arg("OPTIONS")));
        auto vm = RSL_TRY(VmClient::connect(call));
        RSL_TRY(vm.verify_driver(call.arg("NAME"), options));
        out.data = options.json();
        out.data["service"] = call.arg("NAME");
        out.line("{}: {}", call.arg("NAME"), options.text());
        return {};
    },
};

}  // namespace rsl::cli

// SPDX-License-Identifier: GPL-2.0-only
// `rsl stop`: ends a VM and its supervisor.
#include "host/cli/supervisor_client.hpp"
#include "host/cli/verbs.hpp"
#include "host/cli/vm_flags.hpp"
#include "host/cli/vm_client.hpp"

namespace rsl::cli {

const Verb kStop{
    .path = "stop",
    .summary = "stop a VM",
    .flags = {kGraceFlag},
    .target = Target::kVm,
    .more = "rsl stop --vm lab\nrsl stop --grace 10    # drivers that asked get IRP_MJ_SHUTDOWN, and ten seconds for it",
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        const std::string name = vm_name(call);
        const auto grace = RSL_TRY(grace_of(call));
        auto supervisor = RSL_TRY(SupervisorClient::connect(name));
        const std::string cut_short = RSL_TRY(supervisor.stop(static_cast<uint32_t>(grace.count())));
        out.data = {{"name", name}, {"stopped", true}, {"cut_short", cut_short}};
        if (!cut_short.empty()) out.line("{}", out.in(Tone::kBad, cut_short));
        out.line("{} is stopped", name);
        return {};
    },
};

}  // namespace rsl::cli

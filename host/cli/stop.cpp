// SPDX-License-Identifier: GPL-2.0-only
// `rsl stop`: ends a VM and its supervisor.
#include "host/cli/supervisor_client.hpp"
#include "host/cli/verbs.hpp"
#include "host/cli/vm_client.hpp"

namespace rsl::cli {

const Verb kStop{
    .path = "stop",
    .summary = "stop a VM",
    .target = Target::kVm,
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        const std::string name = vm_name(call);
        auto supervisor = RSL_TRY(SupervisorClient::connect(name));
        RSL_TRY(supervisor.stop());
        out.data = {{"name", name}, {"stopped", true}};
        out.line("{} is stopped", name);
        return {};
    },
};

}  // namespace rsl::cli

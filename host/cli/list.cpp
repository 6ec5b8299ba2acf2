// SPDX-License-Identifier: GPL-2.0-only
// `rsl list`: the VMs of this user.
#include "host/cli/data_text.hpp"
#include "host/cli/supervisor_client.hpp"
#include "host/cli/verbs.hpp"
#include "host/supervisor/runtime_directory.hpp"

namespace rsl::cli {

const Verb kList{
    .path = "list",
    .summary = "list the VMs that run",
    .run = [](const Invocation&, Output& out) -> HostResult<void> {
        out.data = Json::array();
        for (const auto& name : supervisor::running_vms()) {
            auto supervisor = SupervisorClient::connect(name);
            if (!supervisor) continue;  // stopped meanwhile
            const auto status = supervisor->status();
            if (!status) continue;
            const auto& reply = status->reply;
            out.data.push_back({{"name", name},
                                {"state", name_of(reply.state)},
                                {"clients", reply.clients},
                                {"uptime_ms", reply.uptime_ns / 1'000'000}});
            out.line("{:<16} {:<9} {} client{}, up {}", name, name_of(reply.state), reply.clients,
                     reply.clients == 1 ? "" : "s", duration_text(reply.uptime_ns));
        }
        if (out.data.empty()) out.line("no VM runs; start one with 'rsl start'");
        return {};
    },
};

}  // namespace rsl::cli

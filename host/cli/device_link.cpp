// SPDX-License-Identifier: GPL-2.0-only
// `rsl device link NUMBER up|down`: the cable of a network adapter that --device gave the VM.
#include "host/cli/data_text.hpp"
#include "host/cli/supervisor_client.hpp"
#include "host/cli/verbs.hpp"
#include "host/cli/vm_client.hpp"
#include "host/vm/options.hpp"

namespace rsl::cli {

const Verb kDeviceLink{
    .path = "device link",
    .summary = "pull a network adapter's cable, or put it back",
    .args = {{"NUMBER", "of the device, as 'rsl status' shows it: 0 is the first --device"},
             {"STATE", "up or down"}},
    .target = Target::kVm,
    .more = "rsl device link 0 down --vm lab    # the adapter's driver sees that the link is lost",
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        const auto number = parse_number(call.arg("NUMBER"));
        const std::string state = call.arg("STATE");
        if (!number || *number >= vm::kMaxDevices)
            return Error::wrong_use("'" + call.arg("NUMBER") +
                                    "' is no number of a device; 'rsl status' shows them");
        if (state != "up" && state != "down")
            return Error::wrong_use("a link is up or down, not '" + state + "'");
        auto supervisor = RSL_TRY(SupervisorClient::connect(vm_name(call)));
        RSL_TRY(supervisor.set_link(static_cast<uint32_t>(*number), state == "up"));
        out.data = {{"device", *number}, {"link", state}};
        out.line("the link of device {} is {}", *number, state);
        return {};
    },
};

}  // namespace rsl::cli

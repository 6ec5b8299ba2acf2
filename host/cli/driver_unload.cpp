// SPDX-License-Identifier: GPL-2.0-only
// `rsl driver unload NAME`.
#include "host/cli/verbs.hpp"
#include "host/cli/vm_client.hpp"

namespace rsl::cli {

const Verb kDriverUnload{
    .path = "driver unload",
    .summary = "unload a driver; says what it left behind",
    .args = {{"NAME", "its service name, as 'rsl driver list' shows it"}},
    .target = Target::kVm,
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        auto vm = RSL_TRY(VmClient::connect(call));
        const auto report = RSL_TRY(vm.unload_driver(call.arg("NAME")));
        out.data = {{"service", call.arg("NAME")}, {"left_behind", report.text}};
        out.line("{} unloaded{}{}", call.arg("NAME"), report.text[0] != 0 ? "; " : "", report.text);
        return {};
    },
};

}  // namespace rsl::cli

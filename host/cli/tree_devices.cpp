// SPDX-License-Identifier: GPL-2.0-only
// `rsl tree devices`: the device tree with states, drivers and resources.
#include "base/core/result.hpp"
#include "host/cli/device_text.hpp"
#include "host/cli/verbs.hpp"

namespace rsl::cli {

const Verb kTreeDevices{
    .path = "tree devices",
    .summary = "show the device tree: states, drivers, resources, problems",
    .target = Target::kVm,
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        auto vm = RSL_TRY(VmClient::connect(call));
        const std::string text = RSL_TRY(vm.inspect("kernel/pnp/devices"));
        const auto devices = RSL_TRY(device_tree(vm));
        show_device_tree(devices, out);
        out.data = Json::parse(text, nullptr, false);
        return {};
    },
};

}  // namespace rsl::cli

// SPDX-License-Identifier: GPL-2.0-only
// `rsl driver list`.
#include "host/cli/verbs.hpp"
#include "host/cli/vm_client.hpp"

namespace rsl::cli {

const Verb kDriverList{
    .path = "driver list",
    .summary = "list the drivers in the VM",
    .target = Target::kVm,
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        auto vm = RSL_TRY(VmClient::connect(call));
        out.data = Json::array();
        for (const auto& driver : RSL_TRY(vm.drivers())) {
            out.data.push_back({{"name", driver.name}});
            out.line("{}", driver.name);
        }
        return {};
    },
};

}  // namespace rsl::cli

// SPDX-License-Identifier: GPL-2.0-only
// `rsl disk pull NUMBER`.
#include "host/cli/data_text.hpp"
#include "host/cli/supervisor_client.hpp"
#include "host/cli/verbs.hpp"
#include "host/cli/vm_client.hpp"
#include "host/vm/disk.hpp"

namespace rsl::cli {

const Verb kDiskPull{
    .path = "disk pull",
    .summary = "pull a disk out of a running VM, without asking its drivers",
    .args = {{"NUMBER", "of the disk, as 'rsl status' shows it: 0 is the first"}},
    .target = Target::kVm,
    .more =
        "rsl disk pull 0 --vm lab    # drivers get IRP_MN_SURPRISE_REMOVAL; 'rsl device disable' "
        "asks them first",
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        const auto number = parse_number(call.arg("NUMBER"));
        if (!number || *number >= vm::kMaxDisks)
            return Error::wrong_use("'" + call.arg("NUMBER") +
                                    "' is no number of a disk; 'rsl status' shows them");
        auto supervisor = RSL_TRY(SupervisorClient::connect(vm_name(call)));
        RSL_TRY(supervisor.pull_disk(static_cast<uint32_t>(*number)));
        out.data = {{"disk", *number}, {"pulled", true}};
        out.line("disk {} is out", *number);
        return {};
    },
};

}  // namespace rsl::cli

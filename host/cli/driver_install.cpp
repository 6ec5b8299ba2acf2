// SPDX-License-Identifier: GPL-2.0-only
// `rsl driver install FILE.inf`: what Windows' device installation does, for a VM that runs.
#include "base/core/result.hpp"
#include "host/cli/device_text.hpp"
#include "host/cli/installer.hpp"
#include "host/cli/verbs.hpp"

namespace rsl::cli {

const Verb kDriverInstall{
    .path = "driver install",
    .summary = "install an INF file: its drivers, registry values and devices",
    .args = {{"FILE", "the .inf file; its drivers lie beside it"}},
    .flags = {{"--hwid", "make a root-enumerated device with this hardware id", "ID"}},
    .target = Target::kVm,
    .more =
        "rsl driver install com0com.inf\nrsl driver install toaster.inf --hwid "
        "'{b85b7c50-6a01-11d2-b841-00c04fad5171}\\MsToaster'",
    .run = [](const Invocation& call, Output& out) -> HostResult<void> {
        const auto package = RSL_TRY(read_package(call.arg("FILE")));
        auto vm = RSL_TRY(VmClient::connect(call));
        const auto installed = RSL_TRY(install(vm, package, call.value_or("hwid", "")));
        show_installed(package, installed, out);
        return {};
    },
};

}  // namespace rsl::cli

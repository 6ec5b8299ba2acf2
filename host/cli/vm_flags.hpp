// SPDX-License-Identifier: GPL-2.0-only
// The options of a VM on the command line, the same for every verb that starts one.
#pragma once

#include <chrono>
#include <vector>

#include "host/cli/verb.hpp"
#include "host/vm/options.hpp"

namespace rsl::cli {

/// `own` and the VM's flags behind them.
std::vector<Flag> with_vm_flags(std::vector<Flag> own);
/// What they came to. `--vm cpus=2,memory=64M` of `rsl run` is the same as the single flags.
HostResult<vm::VmOptions> vm_options_of(const Invocation& call, bool vm_flag_holds_options);

/// How long drivers may take to shut down when a VM is stopped.
inline constexpr Flag kGraceFlag{
    "--grace", "how long drivers may take to shut down (default 3; 0: they are not told)", "SECONDS"};
HostResult<std::chrono::milliseconds> grace_of(const Invocation& call);

}  // namespace rsl::cli

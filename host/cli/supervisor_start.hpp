// SPDX-License-Identifier: GPL-2.0-only
// Starts a program that stays, such as rsld for a VM, waits for its word on a pipe, leaves it
// running.
#pragma once

#include <string>
#include <vector>

#include "base/posix/error.hpp"
#include "host/cli/output.hpp"

namespace rsl::cli {

struct Daemon {
    std::string program;  // lies beside us, or in $PATH
    std::string step;     // what a terminal shows while it starts
    std::string look;     // the verb that shows whether it runs
};
/// Starts it with "--report FD" and `flags`. What it said behind "ready", or what it said instead.
HostResult<std::string> start_daemon(const Daemon& daemon, const std::vector<std::string>& flags,
                                     Output& out);

/// `flags` are rsld's own, beyond the name. Returns once the VM is up, or with what rsld said
/// instead.
HostResult<void> start_supervisor(const std::string& name, const std::vector<std::string>& flags,
                                  Output& out);

}  // namespace rsl::cli

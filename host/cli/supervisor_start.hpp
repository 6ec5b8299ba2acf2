// SPDX-License-Identifier: GPL-2.0-only
// Starts rsld for a VM that stays, waits for its word on a pipe, leaves it running.
#pragma once

#include <string>
#include <vector>

#include "base/posix/error.hpp"
#include "host/cli/output.hpp"

namespace rsl::cli {

/// `flags` are rsld's own, beyond the name. Returns once the VM is up, or with what rsld said
/// instead.
HostResult<void> start_supervisor(const std::string& name, const std::vector<std::string>& flags,
                                  Output& out);

}  // namespace rsl::cli

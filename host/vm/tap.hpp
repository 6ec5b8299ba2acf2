// SPDX-License-Identifier: GPL-2.0-only
// The host's end of a network adapter's cable: a TAP interface of the network namespace that we run
// in. QEMU, which runs in one of its own, gets the open descriptor and nothing else.
#pragma once

#include <string>

#include "base/posix/error.hpp"
#include "base/posix/unique_fd.hpp"

namespace rsl::vm {

/// Attaches to a TAP interface; makes it, until the descriptor is closed, when there is none and we
/// may.
HostResult<UniqueFd> open_tap(const std::string& name);

}  // namespace rsl::vm

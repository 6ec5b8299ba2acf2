// SPDX-License-Identifier: GPL-2.0-only
// The signals that end a bridge, as a descriptor.
#pragma once

#include "base/posix/unique_fd.hpp"

namespace rsl::tap {

/// Blocks them; from now on they are read there.
UniqueFd stop_signals();
/// Whether there was one.
bool take_signal(int signals);

}  // namespace rsl::tap

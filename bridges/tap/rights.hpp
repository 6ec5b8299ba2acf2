// SPDX-License-Identifier: GPL-2.0-only
// Gives up what the bridge no longer needs once its interface is set up.
#pragma once

#include "base/posix/error.hpp"

namespace rsl::tap {

/// No capabilities, no way to gain any, no core files. Set-up is over: from here on the process
/// only reads and writes what it has open.
HostResult<void> drop_rights();

}  // namespace rsl::tap

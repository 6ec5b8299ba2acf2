// SPDX-License-Identifier: GPL-2.0-only
// What an error of the host is in NT.
#pragma once

#include <cstdint>

#include "base/core/status.hpp"

namespace rsl::hostfs {

/// The status for an error number of Linux, as 9P2000.L sends it. kUnsuccessful for those that no
/// file system call should give.
Status status_of(uint32_t error);

}  // namespace rsl::hostfs

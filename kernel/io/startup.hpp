// SPDX-License-Identifier: GPL-2.0-only
// How io comes to life. kernel/init calls it; the order is in kernel/init/start.cpp.
#pragma once

#include "base/core/result.hpp"

namespace rsl::io {

/// The I/O manager's object types and directories. In the first system thread, PASSIVE_LEVEL.
Result<void> initialize();

}  // namespace rsl::io

// SPDX-License-Identifier: GPL-2.0-only
// How cm comes to life. kernel/init calls it; the order is in kernel/init/start.cpp.
#pragma once

#include "base/core/result.hpp"

namespace rsl::cm {

/// The registry's fixed keys. In the first system thread, PASSIVE_LEVEL.
Result<void> initialize();

}  // namespace rsl::cm

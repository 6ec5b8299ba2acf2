// SPDX-License-Identifier: GPL-2.0-only
// How ob comes to life. kernel/init calls it; the order is in kernel/init/start.cpp.
#pragma once

#include "base/core/result.hpp"

namespace rsl::ob {

/// The root directory, \Device, \Driver, \?? and the rest of the fixed namespace. After mm; before
/// there are threads (nothing may block).
Result<void> initialize();

}  // namespace rsl::ob

// SPDX-License-Identifier: GPL-2.0-only
// How ps comes to life. kernel/init calls it; the order is in kernel/init/start.cpp.
#pragma once

#include "base/core/result.hpp"

namespace rsl::ps {

/// The system process. After ob and se; before there are threads (nothing may block).
Result<void> initialize();

}  // namespace rsl::ps

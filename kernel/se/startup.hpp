// SPDX-License-Identifier: GPL-2.0-only
// How se comes to life. kernel/init calls it; the order is in kernel/init/start.cpp.
#pragma once

#include "base/core/result.hpp"

namespace rsl::se {

/// The system's token and well-known SIDs. After ob, before ps; nothing may block.
Result<void> initialize();
/// Fills what SeExports points at; initialize() does it.
void fill_exports();

}  // namespace rsl::se

// SPDX-License-Identifier: GPL-2.0-only
// How hal comes to life. kernel/init calls it; the order is in kernel/init.
#pragma once

#include "base/core/result.hpp"

namespace rsl::hal {

/// I/O APICs, PCI configuration space, every PCI function with its BARs, hot-plug slots, and the
/// doorbell devices that are there. In the first system thread, PASSIVE_LEVEL, before any driver.
Result<void> initialize();

}  // namespace rsl::hal

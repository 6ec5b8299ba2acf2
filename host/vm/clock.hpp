// SPDX-License-Identifier: GPL-2.0-only
// How fast the time-stamp counter runs, so that the guest need not measure it at boot.
#pragma once

#include <cstdint>

namespace rsl::vm {

/// Kilohertz; 0 when it cannot be known cheaply, or the counter is not constant. Kept until the
/// next boot; the first call may take 2 ms.
uint64_t host_tsc_khz();

}  // namespace rsl::vm

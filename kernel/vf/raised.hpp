// SPDX-License-Identifier: GPL-2.0-only
// What thunks that change the IRQL have in common.
#pragma once

#include "kernel/vf/verified_driver.hpp"

namespace rsl::vf {

/// Counts, and takes pageable memory away, when the level came from below DISPATCH_LEVEL to it or
/// above.
void after_raising(const Caller& caller, KIRQL before);
void before_lowering(KIRQL wanted);

}  // namespace rsl::vf

// SPDX-License-Identifier: GPL-2.0-only
// What must not lie in memory that is given back.
#pragma once

#include "kernel/vf/verified_driver.hpp"

namespace rsl::vf {

/// A running timer, a queued DPC, an active resource or lookaside list, a held lock in
/// [start, start + bytes) stops the machine.
void check_freed_range(const Caller& caller, uint64_t start, uint64_t bytes);

}  // namespace rsl::vf

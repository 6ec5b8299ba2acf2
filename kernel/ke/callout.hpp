// SPDX-License-Identifier: GPL-2.0-only
// Stacks: how much there is, and more of it for one call.
#pragma once

#include <cstdint>

#include "abi/types/ke.h"
#include "base/core/status.hpp"

namespace rsl::ke {

struct StackLimits {
    uint64_t low, high;
};
/// Of the stack that is in use now: the thread's, a callout's, or a processor's DPC stack. Any IRQL.
StackLimits stack_limits();

/// What a driver may ask for (MAXIMUM_EXPANSION_SIZE, as documented).
inline constexpr uint64_t kMostCalloutBytes = 80 * 1024;
/// Calls the routine with at least `bytes` of stack left; on a fresh stack if this one has less.
/// kNoMemory when there is none. IRQL <= DISPATCH_LEVEL.
Status call_with_stack(PEXPAND_STACK_CALLOUT routine, void* parameter, uint64_t bytes);

}  // namespace rsl::ke

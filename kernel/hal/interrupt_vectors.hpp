// SPDX-License-Identifier: GPL-2.0-only
// The machine's device vectors: VectorAllocator behind a lock. IRQL <= DISPATCH_LEVEL but for
// wait_for_handlers().
#pragma once

#include <cstdint>

#include "abi/types/basic.h"
#include "base/core/result.hpp"

namespace rsl::hal {

Result<uint8_t> allocate_vector(KIRQL wanted);
void free_vector(uint8_t vector);

/// Returns when no processor is inside a handler that was disconnected before the call: a DPC on each
/// of them cannot run before the handler that it would interrupt has ended. PASSIVE_LEVEL.
void wait_for_handlers();

}  // namespace rsl::hal

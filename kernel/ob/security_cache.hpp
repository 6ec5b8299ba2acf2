// SPDX-License-Identifier: GPL-2.0-only
// Descriptors that many objects share: one copy of equal ones, counted. For file systems and
// registries that log what they find on disk.
#pragma once

#include <cstdint>

#include "base/core/result.hpp"

namespace rsl::ob {

/// The shared copy of a self-relative descriptor, with `references` on it. PASSIVE_LEVEL.
Result<void*> share_descriptor(const void* descriptor, uint32_t references);
void reference_descriptor(void* shared, uint32_t count);
/// The last one frees it.
void dereference_descriptor(void* shared, uint32_t count);

}  // namespace rsl::ob

// SPDX-License-Identifier: GPL-2.0-only
// Times for the rest of ke and its exports. All in 100 ns units.
#pragma once

#include <cstdint>

#include "base/core/result.hpp"
#include "kernel/arch/arch.hpp"

namespace rsl::ke {

/// Since 1601, when the machine started.
uint64_t boot_system_time();
inline uint64_t interrupt_time_now() { return arch::now_ns() / 100; }
inline uint64_t system_time_now() { return boot_system_time() + interrupt_time_now(); }

/// Fills and maps the page that drivers read times from.
Result<void> map_shared_data();
void note_processors(uint32_t count);

}  // namespace rsl::ke

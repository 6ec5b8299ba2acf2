// SPDX-License-Identifier: GPL-2.0-only
// How the processor's part of the kernel comes to life, and what only arch and init ask of it.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/core/result.hpp"
#include "boot/boot_info.h"

namespace rsl::arch {

/// 1. First of all, on the boot processor: descriptor tables, GS, the processor's block, SSE.
void start_boot_processor(const RslBootInfo& boot);
/// 2. After mm: local APIC, clock and timer. `tsc_khz=N` on the command line spares the calibration.
/// Interrupts stay off.
Result<void> start_interrupts(const RslBootInfo& boot);

/// Bytes of the kernel's image, which lies at RSL_KERNEL_IMAGE_BASE.
uint64_t kernel_image_bytes();
/// Does not return when another processor asked this one to stop for ever (Ipi::kFreeze).
void stop_if_frozen();

/// What the processor has and the kernel enables, as a bit for each PF_* number of winnt.h.
uint64_t processor_features();

}  // namespace rsl::arch

// SPDX-License-Identifier: GPL-2.0-only
// How memory management comes to life, and how it takes back what only the boot needed.
#pragma once

#include <cstdint>

#include "base/core/result.hpp"
#include "boot/boot_info.h"

namespace rsl::mm {

/// Takes memory over: page frames, page tables, pools, system ranges. The first part of the kernel to
/// start: it needs GS to point at the processor's block, a level of at most DISPATCH_LEVEL, and no
/// scheduler. Keeps nothing of `boot`. A machine without enough memory is a bug check.
void initialize(const RslBootInfo& boot);

/// Makes \Device\PhysicalMemory. After ob's namespace, before the first driver. PASSIVE_LEVEL.
Result<void> create_objects();

/// Gives pages of the boot back: kRslMemoryShim once nothing of the shim is used any more (its tables
/// are a kind of their own), kRslMemoryArchive once every module is loaded. Returns how many.
uint64_t reclaim(RslMemoryKind kind);

}  // namespace rsl::mm

// SPDX-License-Identifier: GPL-2.0-only
// Making every processor forget translations.
#pragma once

#include <cstdint>

namespace rsl::mm {

/// Forgets kernel translations of a range here. Others may keep theirs until flush_others().
void flush_here(uint64_t address, uint64_t bytes);
/// Makes every other processor forget everything, and waits. Under no lock. IRQL <= IPI_LEVEL.
void flush_others();
/// The same for user translations of one root: processors that use another one forgot them when they
/// went there. At DISPATCH_LEVEL.
void flush_other_users(uint64_t root);
/// Makes every processor that still has `root` loaded, though none of its threads runs, load the
/// kernel's.
void forget_root(uint64_t root);
/// Whether there are others.
bool has_others();

}  // namespace rsl::mm

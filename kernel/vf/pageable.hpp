// SPDX-License-Identifier: GPL-2.0-only
// Pageable memory of verified drivers: paged pool and the PAGE sections of their images. RSL pages
// nothing out, so a driver that touches such memory at DISPATCH_LEVEL would never be noticed.
// Whenever a verified driver raises the IRQL, all of it is taken away (the documentation says:
// trimmed); touched below DISPATCH_LEVEL, a page comes back unseen; touched at or above it, the
// machine stops.
#pragma once

#include <cstdint>

#include "base/core/result.hpp"
#include "kernel/arch/paging.hpp"
#include "kernel/mm/virtual.hpp"

namespace rsl::vf {

/// Whether the kernel may touch it at a raised level without that being the driver's mistake.
struct PageableKind {
    bool code = false;
};
/// Hangs the watch into the page fault handler. Once a machine.
void start_watching();
/// Whole pages that are mapped. They stay mapped until the next trim().
Result<void> add_pageable(uint64_t address, uint64_t bytes, PageableKind kind);
/// The page that begins at the address and those after it, as added, are back and not watched any
/// more.
void remove_pageable(uint64_t address);

/// A verified driver is at DISPATCH_LEVEL or above on this processor, from below it: true when
/// something was taken away. And the way back.
bool trim();
void left_raised_level();
/// Pages that must not be taken away, for a while (MmProbeAndLockPages, MmLockPagableCodeSection).
void lock_pageable(uint64_t address, uint64_t bytes);
void unlock_pageable(uint64_t address, uint64_t bytes);
bool is_pageable(uint64_t address);
/// The same for the whole section of an image that an address lies in.
void lock_section_of(uint64_t address, bool lock);

/// For the page fault handler (mm::MemoryWatch).
bool bring_in_pageable(uint64_t address, bool by_kernel);
mm::WatchedFault explain_pageable(uint64_t address);
/// Everything is back, for a report.
void bring_in_all();

struct PageableUsage {
    uint64_t pages, resident, locked;
};
PageableUsage pageable_usage();

}  // namespace rsl::vf

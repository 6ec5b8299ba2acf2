// SPDX-License-Identifier: GPL-2.0-only
// Windows: large cached mappings of device memory that stay, such as a client's ring. An MDL of pages
// inside one needs no mapping of its own, which makes direct I/O from a ring as cheap as from RAM.
#pragma once

#include <cstdint>

namespace rsl::mm {

/// map_physical() and unmap_system() keep the list; small or uncached mappings are no windows.
void add_window(uint64_t physical, uint64_t address, uint64_t bytes);
void remove_window(uint64_t address);
/// Where [physical, physical + bytes) appears, or 0. Any IRQL <= DISPATCH_LEVEL.
uint64_t find_window(uint64_t physical, uint64_t bytes);
bool is_in_window(uint64_t address);

}  // namespace rsl::mm

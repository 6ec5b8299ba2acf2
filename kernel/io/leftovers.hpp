// SPDX-License-Identifier: GPL-2.0-only
// What a driver leaves behind when it goes: found, told, and taken away as far as that is safe.
#pragma once

#include <cstddef>

#include "kernel/io/driver.hpp"

namespace rsl::io {

/// Deletes devices and links that are left and writes what there was to `text` (nullptr: nobody asks).
/// True when the image must stay: a thread runs in it, or a file on one of its devices is open.
bool remove_leftovers(Driver& driver, char* text, size_t capacity);

}  // namespace rsl::io

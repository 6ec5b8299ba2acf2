// SPDX-License-Identifier: GPL-2.0-only
// Class libraries that no boot driver needs, such as cng.sys: kept as files, out of the boot
// archive, and loaded when a driver imports from one for the first time. A library is bound to,
// and its DllInitialize is called if it exports one; its DriverEntry is not. Once loaded it stays, as its Windows namesakes do.
#pragma once

#include "kernel/ldr/module.hpp"

namespace rsl::ldr {

/// Keeps a copy of a library's file under its name, "cng.sys" (ASCII, up to 31 characters). At
/// boot, by one thread.
Result<void> keep_library(std::string_view name, std::span<const std::byte> file);

enum class LibraryLock { kFree, kHeld };
/// The library of that name, loaded if need be, with one more reference; nullptr when there is none
/// of it or when it cannot be loaded, which the log says. Who loads a library holds the lock.
/// PASSIVE_LEVEL.
Module* acquire_library(std::string_view name, LibraryLock lock);

}  // namespace rsl::ldr

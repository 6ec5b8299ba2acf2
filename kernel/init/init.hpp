// SPDX-License-Identifier: GPL-2.0-only
// The kernel's start, from the shim's call to the server's. Not for anything that runs later.
#pragma once

#include "abi/types/basic.h"
#include "base/core/result.hpp"
#include "boot/boot_info.h"

namespace rsl::init {

/// The shim's information, our own copy.
const RslBootInfo& boot_info();
/// Stops the machine with the cause when a step of the start failed.
void must(const Result<void>& outcome, const char* what);
/// The first system thread: everything that needs threads, up to rslserver.sys or the unit tests.
void NTAPI start_system(void* context);

}  // namespace rsl::init

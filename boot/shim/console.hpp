// SPDX-License-Identifier: GPL-2.0-only
// How the shim tells what is wrong: one line on the first serial port, then the VM ends.
#pragma once

#include <cstdint>
#include <string_view>

namespace rsl::boot {

/// Writes "@fail CAUSE" (one sentence) and ends the VM with RSL_EXIT_BOOT_FAILED.
[[noreturn]] void fail(std::string_view cause, std::string_view detail = {});

}  // namespace rsl::boot

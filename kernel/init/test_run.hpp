// SPDX-License-Identifier: GPL-2.0-only
// Unit tests inside the VM: the test kernel runs them when the command line says test=FILTER.
#pragma once

#include <string_view>

namespace rsl::init {

/// Runs every unit test whose "Suite.Name" contains `filter` ("all": each), writes one line a test to
/// the console, then a line of totals, and ends the VM. A kernel without tests is a bug check.
[[noreturn]] void run_tests(std::string_view filter);

}  // namespace rsl::init

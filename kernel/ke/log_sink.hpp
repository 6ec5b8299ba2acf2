// SPDX-License-Identifier: GPL-2.0-only
// Where log lines go, for the exports, the bug check and the test runner.
#pragma once

#include "abi/private/rsl_kernel.h"

namespace rsl::ke {

/// Kept lines first, then each as it comes. nullptr takes the sink back.
void set_log_sink(PRSL_LOG_SINK sink, void* context);
/// Lines also go to the emergency console, at once (`log=console` of the boot command line).
void echo_log_to_console();
/// Writes what the ring keeps to the console: the machine stops. Takes no lock if it cannot.
void write_kept_log();

}  // namespace rsl::ke

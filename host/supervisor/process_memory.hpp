// SPDX-License-Identifier: GPL-2.0-only
// How much memory a process has for itself.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace rsl::supervisor {

/// Private bytes, clean and dirty, of a process (smaps_rollup); 0 when they cannot be read.
uint64_t private_bytes(pid_t pid);
/// Time that its living threads have run, in nanoseconds; 0 when it cannot be read.
uint64_t cpu_time_ns(pid_t pid);

}  // namespace rsl::supervisor

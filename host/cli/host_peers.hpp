// SPDX-License-Identifier: GPL-2.0-only
// What `rsl bench` compares with, measured on this machine in the same run: two host processes that
// talk over a Unix socket, and over shared memory that both spin on (the floor of any call).
#pragma once

#include <cstddef>

#include "host/cli/measure.hpp"

namespace rsl::cli {

/// Round trips of `bytes` each way between two processes over a Unix stream socket.
Samples socket_round_trips(size_t count, size_t bytes, uint64_t gap_us);
/// The same over shared memory; both sides spin, the data is copied once each way. A median, in us.
double shared_memory_floor_us(size_t bytes);
/// A wake-up there and back by eventfd, `gap_us` apart: the floor of calls that find the peer
/// asleep.
double eventfd_floor_us(uint64_t gap_us);

}  // namespace rsl::cli

// SPDX-License-Identifier: GPL-2.0-only
// NT's timers. IRQL <= DISPATCH_LEVEL.
#pragma once

#include <cstdint>

#include "kernel/ke/thread.hpp"

namespace rsl::ke {

void initialize_timer(KTIMER& timer, TIMER_TYPE type);
/// Starts it, for a negative (relative) or absolute system time in 100 ns. True when it ran already,
/// and so was moved.
bool set_timer(KTIMER& timer, LARGE_INTEGER due_time, uint32_t period_ms, KDPC* dpc);
/// True when it was running. Its DPC may still be queued or run.
bool cancel_timer(KTIMER& timer);
bool is_running(const KTIMER& timer);
/// Stops every timer whose DPC is code in [image, image + bytes): a driver has gone without doing so.
/// Returns how many there were.
uint32_t stop_timers_of(uint64_t image, uint64_t bytes);
/// A running timer whose structure lies in [start, start + bytes), or whose DPC routine does; 0 if none.
uint64_t find_timer_in(uint64_t start, uint64_t bytes);
uint64_t find_timer_of(uint64_t image, uint64_t bytes);
/// How many run, waits with a time-out included.
uint32_t running_timers();

}  // namespace rsl::ke

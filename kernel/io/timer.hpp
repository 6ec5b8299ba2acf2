// SPDX-License-Identifier: GPL-2.0-only
// The one-second timer of a device (IoInitializeTimer). One kernel timer serves all of them and runs
// only while one is started: an idle machine stays idle.
#pragma once

#include "base/core/result.hpp"
#include "kernel/io/device.hpp"

namespace rsl::io {

Result<void> add_timer(Device& device, PIO_TIMER_ROUTINE routine, void* context);
void start_timer(Device& device);
void stop_timer(Device& device);
/// At boot, before any of the above.
void initialize_timers();
/// When the device goes. Its routine is not running when this returns.
void remove_timer(Device& device);

}  // namespace rsl::io

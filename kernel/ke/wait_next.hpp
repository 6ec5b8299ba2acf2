// SPDX-License-Identifier: GPL-2.0-only
#pragma once

namespace rsl::ke {

/// KeSetEvent(Wait = TRUE) and kin: the running thread is not preempted between signalling and the wait
/// that has to follow. Raises to DISPATCH_LEVEL; the wait lowers again.
void begin_signal_and_wait();

}  // namespace rsl::ke

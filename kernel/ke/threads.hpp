// SPDX-License-Identifier: GPL-2.0-only
// Threads for the inside of ke, ps and the exports, beyond thread.hpp.
#pragma once

#include "base/core/result.hpp"
#include "kernel/ke/thread.hpp"

namespace rsl::ke {

/// The system thread that frees ended threads.
Result<void> start_reaper();

/// The priority before. 1 to 31.
int32_t set_priority(Thread& thread, int32_t priority);
/// Relative to the process' base; the increment before.
int32_t set_base_priority(Thread& thread, int32_t increment);
/// Of the running thread. The system affinity before, 0 if none.
uint64_t set_system_affinity(uint64_t affinity);
/// Whether a mask names a processor that runs, and none that cannot be.
bool is_affinity(uint64_t affinity);
/// Of any thread: where it runs when no system affinity holds. False for a mask that is not one.
bool set_user_affinity(Thread& thread, uint64_t affinity);
/// Whether the end of a wait may lift a thread's priority.
void set_boost_disabled(Thread& thread, bool disabled);
/// The ideal processor before; a number that is not there changes nothing.
uint32_t set_ideal_processor(Thread& thread, uint32_t number);
/// Back to a system affinity, or with 0 to the user affinity.
void revert_affinity(uint64_t affinity);

/// KeStackAttachProcess and its undoing. IRQL <= DISPATCH_LEVEL, not in a DPC.
inline constexpr uint64_t kAttachedFromHome = 1;
void attach(ps::Process& process, KAPC_STATE& state);
void detach(KAPC_STATE& state);

}  // namespace rsl::ke

// SPDX-License-Identifier: GPL-2.0-only
// Asynchronous procedure calls, alerts, and the regions that hold APCs off. IRQL <= DISPATCH_LEVEL.
#pragma once

#include "kernel/ke/thread.hpp"

namespace rsl::ke {

void initialize_apc(KAPC& apc, Thread& thread, KAPC_ENVIRONMENT environment, PKKERNEL_ROUTINE kernel,
                    PKRUNDOWN_ROUTINE rundown, PKNORMAL_ROUTINE normal, KPROCESSOR_MODE mode,
                    void* context);
/// False when it is queued already or the thread ends.
bool insert_apc(KAPC& apc, void* argument1, void* argument2, int increment);
bool remove_apc(KAPC& apc);

/// Both return whether the thread had been alerted before.
bool alert_thread(Thread& thread, KPROCESSOR_MODE mode);
bool test_alert(KPROCESSOR_MODE mode);

/// Of the running thread. They nest.
void enter_critical_region();
void leave_critical_region();
void enter_guarded_region();
void leave_guarded_region();
bool normal_apcs_disabled();
bool all_apcs_disabled();

/// Runs kernel APCs that became possible, now or as soon as the level allows.
void check_kernel_apcs();
/// What an ending thread still has queued: kernel APCs run, the rest is run down.
void drain_apcs_of_ending_thread(Thread& self);

}  // namespace rsl::ke

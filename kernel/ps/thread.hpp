// SPDX-License-Identifier: GPL-2.0-only
// Threads as objects, for the inside of ps and ke: identifiers, the list of all threads, the end.
#pragma once

#include <cstdint>

#include "abi/types/ps.h"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::ps {

/// Guards Process::threads of every process.
extern constinit ke::SpinLock thread_list_lock;

/// A fresh process or thread identifier: one sequence for both, multiples of 4, the system process' 4
/// excluded. Identifiers are not used again.
uint64_t next_client_id();

/// The two halves of create_thread(): a caller that wants a handle makes it in between, before the thread
/// can have ended. Dropping a prepared thread frees it.
Result<Ref<Thread>> prepare_thread(Process& process, PKSTART_ROUTINE routine, void* context,
                                   KPROCESSOR_MODE previous_mode);
void run_thread(Thread& thread);

/// One reference, or nothing when no thread that runs has this identifier. IRQL <= DISPATCH_LEVEL.
Ref<Thread> find_thread(uint64_t id);
/// Calls visit() for each thread that runs, under thread_list_lock.
void each_thread(void (*visit)(void* context, Thread& thread), void* context);
/// The running thread ends: notify routines, lists, status. PASSIVE_LEVEL.
void thread_ends(Thread& thread, int32_t exit_status);

}  // namespace rsl::ps

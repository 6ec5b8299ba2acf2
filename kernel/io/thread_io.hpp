// SPDX-License-Identifier: GPL-2.0-only
// What a thread has to do with I/O: the requests it started and that are not finished. A part of
// ps::Thread; nothing here allocates or needs another part.
#pragma once

#include <atomic>

#include "abi/types/io_irp.h"
#include "kernel/ke/spin_lock.hpp"

namespace rsl::io {

struct ThreadIo {
    /// Interrupts off, not DISPATCH_LEVEL: two links are cheaper to change than CR8, twice a request.
    ke::SpinLock lock{ke::LockRank::kIo};
    LIST_ENTRY irps RSL_GUARDED_BY(lock) = {};  // of IRP::ThreadListEntry; Flink nullptr: never used
    /// The request in whose driver's dispatch routine the thread is: most end there, and never come into the list. The
    /// thread's own, but for kHeld, which others set under the lock while they look at the request: meanwhile it stays.
    std::atomic<uintptr_t> sent = 0;
    static constexpr uintptr_t kHeld = 1;
    IRP* top_level = nullptr;                   // IoSetTopLevelIrp; the thread's own
    bool hard_errors_disabled = false;          // the thread's own
    void* io_object = nullptr;                  // IoCreateSystemThread: one reference
    GUID activity = {};                         // EtwActivityIdControl; the thread's own
    const GUID* lent_activity = nullptr;        // IoSetActivityIdThread; goes before `activity`
};

/// Whether anything that a thread has started is not finished.
bool has_requests(ThreadIo& requests);
/// Cancels what the running thread has started and waits until all of it is finished. ps calls this
/// when a thread ends, before its APCs are shut off. PASSIVE_LEVEL.
void thread_exiting() RSL_EXCLUDES(irql::dispatch);

}  // namespace rsl::io

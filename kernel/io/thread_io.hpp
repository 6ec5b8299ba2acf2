// SPDX-License-Identifier: GPL-2.0-only
// What a thread has to do with I/O: the requests it started and that are not finished. A part of
// ps::Thread; nothing here allocates or needs another part.
#pragma once

#include "abi/types/io_irp.h"
#include "kernel/ke/spin_lock.hpp"

namespace rsl::io {

struct ThreadIo {
    /// Interrupts off, not DISPATCH_LEVEL: two links are cheaper to change than CR8, twice a request.
    ke::SpinLock lock{ke::LockRank::kIo};
    LIST_ENTRY irps RSL_GUARDED_BY(lock) = {};  // of IRP::ThreadListEntry; Flink nullptr: never used
    IRP* top_level = nullptr;                   // IoSetTopLevelIrp; the thread's own
    bool hard_errors_disabled = false;          // the thread's own
    void* io_object = nullptr;                  // IoCreateSystemThread: one reference
    GUID activity = {};                         // EtwActivityIdControl; the thread's own
    const GUID* lent_activity = nullptr;        // IoSetActivityIdThread; goes before `activity`
};

/// Cancels what the running thread has started and waits until all of it is finished. ps calls this
/// when a thread ends, before its APCs are shut off. PASSIVE_LEVEL.
void thread_exiting() RSL_EXCLUDES(irql::dispatch);

}  // namespace rsl::io

// SPDX-License-Identifier: GPL-2.0-only
// Cancelling requests by thread, file or status block.
#pragma once

#include "kernel/io/file.hpp"

namespace rsl::io {

/// Which requests: all that nothing set here rules out.
struct CancelFilter {
    const File* file = nullptr;
    const IO_STATUS_BLOCK* status_block = nullptr;
    bool only_waited = false;  // those that a thread waits for
};

/// Cancels a thread's requests; returns how many there were. PASSIVE_LEVEL.
size_t cancel_requests(ps::Thread& thread, const CancelFilter& filter);
/// The same for every thread of a process.
size_t cancel_requests(ps::Process& process, const CancelFilter& filter);

/// Cancels all that a thread has under way and waits until it is finished; false when a driver's
/// patience was longer than ours.
bool cancel_and_wait(ps::Thread& thread) RSL_EXCLUDES(irql::dispatch);

}  // namespace rsl::io

// SPDX-License-Identifier: GPL-2.0-only
// Remove locks: a count of users, one of them the device itself, and an event for who waits for the
// last one to go. Only the common block counts; the debugging block of checked drivers is not kept.
#pragma once

#include "abi/types/io_queue.h"

namespace rsl::io {

void initialize_remove_lock(IO_REMOVE_LOCK_COMMON_BLOCK& lock);
/// False once removal has begun: STATUS_DELETE_PENDING.
bool acquire_remove_lock(IO_REMOVE_LOCK_COMMON_BLOCK& lock);
void release_remove_lock(IO_REMOVE_LOCK_COMMON_BLOCK& lock);
/// Begins removal and drops the device's own count and the caller's. True when others still hold the
/// lock: RemoveEvent will be set.
bool begin_removal(IO_REMOVE_LOCK_COMMON_BLOCK& lock);

}  // namespace rsl::io

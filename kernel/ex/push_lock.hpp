// SPDX-License-Identifier: GPL-2.0-only
// EX_PUSH_LOCK: one writer or many readers in a pointer-sized word that costs nothing but itself. Who
// waits stands in a table by the lock's address. First come, first served. IRQL <= APC_LEVEL; the callers
// hold off normal APCs.
#pragma once

#include "abi/types/ex.h"

namespace rsl::ex {

void acquire_exclusive(EX_PUSH_LOCK& lock);
void acquire_shared(EX_PUSH_LOCK& lock);
bool try_acquire_exclusive(EX_PUSH_LOCK& lock);
bool try_acquire_shared(EX_PUSH_LOCK& lock);
void release_exclusive(EX_PUSH_LOCK& lock);
void release_shared(EX_PUSH_LOCK& lock);
/// Whichever of the two it is.
void release(EX_PUSH_LOCK& lock);

}  // namespace rsl::ex

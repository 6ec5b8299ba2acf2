// SPDX-License-Identifier: GPL-2.0-only
// FAST_MUTEX and KGUARDED_MUTEX without what their exports do to IRQL and APCs.
#pragma once

#include "kernel/ke/thread.hpp"

namespace rsl::ke {

void initialize_fast_mutex(FAST_MUTEX& mutex);
void acquire_fast_mutex(FAST_MUTEX& mutex);
bool try_acquire_fast_mutex(FAST_MUTEX& mutex);
void release_fast_mutex(FAST_MUTEX& mutex);

}  // namespace rsl::ke

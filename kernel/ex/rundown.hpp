// SPDX-License-Identifier: GPL-2.0-only
// Rundown protection: who uses an object counts in and out; who takes it away waits until nobody does,
// and from then on nobody gets in. IRQL <= DISPATCH_LEVEL, waiting at PASSIVE_LEVEL.
#pragma once

#include "abi/types/ex.h"

/// One count a processor, each on a cache line of its own. Opaque to drivers.
struct _EX_RUNDOWN_REF_CACHE_AWARE {
    EX_RUNDOWN_REF* slots;
    uint32_t slot_count;
    bool from_pool;
};

namespace rsl::ex {

bool acquire(EX_RUNDOWN_REF& rundown, uint32_t count);
void release(EX_RUNDOWN_REF& rundown, uint32_t count);
void wait_for_release(EX_RUNDOWN_REF& rundown);

uint64_t cache_aware_bytes();
void initialize_cache_aware(_EX_RUNDOWN_REF_CACHE_AWARE& rundown);
bool acquire(_EX_RUNDOWN_REF_CACHE_AWARE& rundown, uint32_t count);
void release(_EX_RUNDOWN_REF_CACHE_AWARE& rundown, uint32_t count);
void wait_for_release(_EX_RUNDOWN_REF_CACHE_AWARE& rundown);
/// 1: run down; 0: usable again.
void set_state(_EX_RUNDOWN_REF_CACHE_AWARE& rundown, ULONG_PTR state);

}  // namespace rsl::ex

// SPDX-License-Identifier: GPL-2.0-only
// Deferred procedure calls. NT's rules; how they run is dpc.cpp's.
#pragma once

#include <cstdint>

#include "abi/types/ke.h"

namespace rsl::ke {

void initialize_dpc(KDPC& dpc, PKDEFERRED_ROUTINE routine, void* context, UCHAR type);
void set_dpc_target(KDPC& dpc, uint32_t processor_number);
/// False when it is queued already. Any IRQL.
bool queue_dpc(KDPC& dpc, void* argument1, void* argument2);
/// True when it was queued. It may be running all the same. Any IRQL.
bool remove_dpc(KDPC& dpc);
/// A DPC that is queued on any processor and lies in [start, start + bytes); 0 if none.
uint64_t find_dpc_in(uint64_t start, uint64_t bytes);
/// Returns when every DPC that is queued now, on any processor, has run. PASSIVE_LEVEL.
void flush_dpcs();

/// Runs the routine on every processor at once; each calls signal_call_dpc_done() at its end.
void generic_call_dpc(PKDEFERRED_ROUTINE routine, void* context);
void signal_call_dpc_done(void* done);
/// Waits for all processors; true on one of them.
bool signal_call_dpc_synchronize(void* synchronize);

}  // namespace rsl::ke

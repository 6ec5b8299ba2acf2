// SPDX-License-Identifier: GPL-2.0-only
// EX_TIMER: a KTIMER and its DPC that the kernel owns. A wait for it is a wait for the KTIMER, which
// stands first.
#pragma once

#include "abi/types/ex.h"

namespace rsl::ex {

PEX_TIMER allocate_timer(PEXT_CALLBACK callback, void* context, ULONG attributes);
bool set_timer(EX_TIMER& timer, LONGLONG due_time, LONGLONG period);
bool cancel_timer(EX_TIMER& timer);
bool delete_timer(EX_TIMER& timer, bool cancel, bool wait, const EXT_DELETE_PARAMETERS* parameters);

}  // namespace rsl::ex

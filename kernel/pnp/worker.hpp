// SPDX-License-Identifier: GPL-2.0-only
// The PnP thread: it alone changes the device tree and sends PnP IRPs, one action after the other. Who
// asks for an action waits for it or not; an action that asks for one more does it right there.
#pragma once

#include "abi/types/io.h"
#include "base/core/result.hpp"

namespace rsl::pnp {

/// `pdo`: one reference is held meanwhile; may be nullptr.
using ActionRoutine = NTSTATUS (*)(PDEVICE_OBJECT pdo, void* context);

Result<void> start_thread();
/// Queues an action. IRQL <= DISPATCH_LEVEL. kInsufficientResources when there is no memory.
Result<void> queue_action(ActionRoutine routine, PDEVICE_OBJECT pdo, void* context);
/// Runs an action and returns what it returned. PASSIVE_LEVEL.
NTSTATUS run_action(ActionRoutine routine, PDEVICE_OBJECT pdo, void* context);
/// Returns when everything that was queued before is done. PASSIVE_LEVEL.
void settle();
/// The same, but not for longer than that: a driver may hold the thread up. False when it does.
bool settle_for(uint32_t limit_ms);
bool in_pnp_thread();

}  // namespace rsl::pnp

// SPDX-License-Identifier: GPL-2.0-only
// Hot-plug: the slots of PCI Express ports, and the bus thread that serves them.
//
//   empty ── presence ──▶ powered ── device read, BARs assigned ──▶ arrived
//     ▲                                                               │ attention button (device_del)
//     └──────────── slot off, functions forgotten ◀── watchers told ──┘ or presence lost
//
// Only the bus thread changes the topology after boot, and it alone calls watchers: they run at
// PASSIVE_LEVEL, one at a time.
#pragma once

#include "abi/private/rsl_kernel.h"
#include "base/core/result.hpp"
#include "kernel/hal/pci/topology.hpp"

namespace rsl::hal::pci {

/// Watches every hot-plug slot and starts the bus thread.
Result<void> start_slots();
/// Has a driver told of what comes and goes, in the bus thread. One, for ever.
void watch_slots(PRSL_PCI_CHANGED changed, void* context);
/// Has the bus thread look again (a watcher was added). Any IRQL up to DISPATCH_LEVEL.
void wake_bus_thread();

}  // namespace rsl::hal::pci

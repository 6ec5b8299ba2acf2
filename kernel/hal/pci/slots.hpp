// SPDX-License-Identifier: GPL-2.0-only
// Hot-plug: the slots of PCI Express ports, and the bus thread that serves them.
//
//   empty ── presence ──▶ powered ── device read, BARs assigned ──▶ occupied
//     ▲                                                               │ attention button (device_del)
//     │                                                               ▼ or presence lost
//   slot off, functions forgotten ◀── left ◀── watchers told ────── leaving
//
// Only the bus thread changes the topology after boot. It tells watchers of arrivals, one at a time; of a
// departure they are told by a thread of its own, because a watcher may have to wait for a driver.
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

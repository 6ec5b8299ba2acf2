// SPDX-License-Identifier: GPL-2.0-only
// Keeps a driver's registry in the VM and in the prefix alike, for the drivers that this process
// has loaded: their service keys both ways, HARDWARE\DEVICEMAP from the VM to the prefix.
// docs/adr/0020-wine-registry.md.
//
//     prefix ── NtNotifyChangeKey ─▶ watcher thread ── compares with what it knows ── sets ──▶ VM
//     prefix ◀── NtSetValueKey ── writer thread ◀── kRegistryChanges ── the server, a registry
//     callback ◀── driver
//
// Both threads are Wine's, sleep until something changes, and work under one lock.
#pragma once

#include <string>

#include "shim/api/rsl.h"

namespace rsl::wine {

enum class DriverState : uint8_t { kNotLoaded, kLoaded };

/// Before a service's driver is loaded: its key in the VM becomes as the prefix has it, and is kept
/// so.
void begin_mirror(rsl_client* client, const std::u16string& service, DriverState state);
/// Follows changes on both sides from now on, in threads of its own; what has changed meanwhile is not
/// missed. Apart from begin_mirror(): a driver's start does not wait for threads.
void settle_mirror();
/// What drivers have changed so far is in the prefix when this returns.
void flush_mirror(rsl_client* client);
/// The driver has gone.
void end_mirror(const std::u16string& service);

}  // namespace rsl::wine

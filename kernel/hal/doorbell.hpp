// SPDX-License-Identifier: GPL-2.0-only
// Doorbell devices (ivshmem): shared memory and interrupts between the VM and one host process. What
// drivers of ours see of them is in abi/private/rsl_kernel.h. Called by the bus thread only.
#pragma once

#include "abi/private/rsl_kernel.h"

namespace rsl::hal {

/// A function came: if it is a doorbell device, it gets mapped and waits for its watchers.
void doorbell_arrived(int function);
/// Whether a function is a doorbell device that is mapped here.
bool is_doorbell(int function);
/// It goes: watchers are told first, then its mappings go.
void doorbell_removed(int function);
/// Tells each watcher of each device that it does not know yet.
void tell_doorbell_watchers();

NTSTATUS watch_doorbells(PRSL_DOORBELL_ARRIVED arrived, PRSL_DOORBELL_REMOVED removed, void* context);
NTSTATUS connect_doorbell(RSL_DOORBELL& doorbell, VOID(NTAPI* routine)(PVOID, ULONG), void* context);
void disconnect_doorbell(RSL_DOORBELL& doorbell);

}  // namespace rsl::hal

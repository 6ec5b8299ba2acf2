// SPDX-License-Identifier: GPL-2.0-only
// Doorbell devices (ivshmem): shared memory and interrupts between the VM and one host process. What
// drivers of ours see of them is in abi/private/rsl_kernel.h.
#pragma once

#include "abi/private/rsl_kernel.h"

namespace rsl::hal {

/// A function came: if it is a doorbell device, it gets mapped and waits for its watchers. The bus thread's.
void doorbell_arrived(int function);
/// Whether a function is a doorbell device that is mapped here.
bool is_doorbell(int function);

/// A device on its way out; nothing when the function was no doorbell device.
struct Departure {
    PRSL_DOORBELL doorbell = nullptr;
};
/// It goes, in three steps: nobody new hears of it, by the bus thread; its watchers are told, by any thread,
/// as long as that takes; its mappings go, by the bus thread.
Departure begin_departure(int function);
void tell_departure(const Departure& departure);
void end_departure(Departure& departure);
/// Tells each watcher of each device that it does not know yet. The bus thread's.
void tell_doorbell_watchers();

NTSTATUS watch_doorbells(PRSL_DOORBELL_ARRIVED arrived, PRSL_DOORBELL_REMOVED removed, void* context);
NTSTATUS connect_doorbell(RSL_DOORBELL& doorbell, VOID(NTAPI* routine)(PVOID, ULONG), void* context);
void disconnect_doorbell(RSL_DOORBELL& doorbell);

}  // namespace rsl::hal

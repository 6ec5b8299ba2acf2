// SPDX-License-Identifier: GPL-2.0-only
// What a driver does with an IRP of its device stack: complete it, hand it on, hand it on and wait.
// wdm.h has most of this as inline functions for drivers in C.
#pragma once

#include "abi/functions/io.h"
#include "abi/types/status.h"

namespace rsl::stack {

inline IO_STACK_LOCATION& location_of(PIRP irp) { return *irp->Tail.Overlay.CurrentStackLocation; }

/// Returns the status. IRQL <= DISPATCH_LEVEL, as the next two.
NTSTATUS complete(PIRP irp, NTSTATUS status, ULONG_PTR information = 0);
/// What nobody here handles goes back as it came.
NTSTATUS complete_unchanged(PIRP irp);
/// Hands the IRP on as it is.
NTSTATUS pass_down(PDEVICE_OBJECT below, PIRP irp);
/// Hands a copy of the location on, and waits; the IRP is the caller's again. PASSIVE_LEVEL.
inline NTSTATUS send_and_wait(PDEVICE_OBJECT below, PIRP irp) {
    return IoForwardIrpSynchronously(below, irp) ? irp->IoStatus.Status : STATUS_UNSUCCESSFUL;
}
void copy_location_to_next(PIRP irp, PIO_COMPLETION_ROUTINE routine, PVOID context);

inline NTSTATUS enter(IO_REMOVE_LOCK& lock, void* tag) {
    return IoAcquireRemoveLockEx(&lock, tag, "", 1, sizeof(lock));
}
inline void leave(IO_REMOVE_LOCK& lock, void* tag) {
    IoReleaseRemoveLockEx(&lock, tag, sizeof(lock));
}

}  // namespace rsl::stack

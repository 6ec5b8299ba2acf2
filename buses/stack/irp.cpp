// SPDX-License-Identifier: GPL-2.0-only
#include "buses/stack/irp.hpp"

namespace rsl::stack {

NTSTATUS complete(PIRP irp, NTSTATUS status, ULONG_PTR information) {
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = information;
    IofCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

NTSTATUS complete_unchanged(PIRP irp) {
    const NTSTATUS status = irp->IoStatus.Status;
    IofCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

NTSTATUS pass_down(PDEVICE_OBJECT below, PIRP irp) {
    ++irp->CurrentLocation;
    ++irp->Tail.Overlay.CurrentStackLocation;
    return IofCallDriver(below, irp);
}

void copy_location_to_next(PIRP irp, PIO_COMPLETION_ROUTINE routine, PVOID context) {
    IO_STACK_LOCATION& next = *(irp->Tail.Overlay.CurrentStackLocation - 1);
    next = location_of(irp);
    next.Control = SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_CANCEL;
    next.CompletionRoutine = routine;
    next.Context = context;
}

}  // namespace rsl::stack

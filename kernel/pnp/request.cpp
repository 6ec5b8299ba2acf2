// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/pnp/request.hpp"

#include "abi/functions/ke.h"
#include "abi/types/status.h"
#include "kernel/io/device.hpp"
#include "kernel/ke/thread.hpp"

namespace rsl::pnp {
namespace {

/// The IRP stays ours: the sender reads it and frees it.
NTSTATUS NTAPI wake_sender(PDEVICE_OBJECT, PIRP, PVOID context) {
    KeSetEvent(static_cast<PKEVENT>(context), IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

}  // namespace

Answer send(DEVICE_OBJECT& device, const IO_STACK_LOCATION& setup, ULONG_PTR information, NTSTATUS initial) {
    const Ref<io::Device> top(io::device_of(io::top_of_stack(device)));
    auto ticket = io::IrpTicket::allocate(static_cast<int8_t>(top->StackSize));
    if (!ticket) return {STATUS_INSUFFICIENT_RESOURCES, 0};
    IRP& irp = **ticket;
    irp.IoStatus.Status = initial;
    irp.IoStatus.Information = information;
    irp.RequestorMode = KernelMode;
    irp.Tail.Overlay.Thread = reinterpret_cast<PETHREAD>(&ke::current_thread());
    ticket->location() = setup;
    KEVENT done;
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    io::set_completion_routine(irp, &wake_sender, &done, SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_CANCEL);
    if (io::call_driver(*top, irp) == STATUS_PENDING) {
        KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, nullptr);
    }
    return {irp.IoStatus.Status, irp.IoStatus.Information};
}

Answer send_pnp(DEVICE_OBJECT& device, uint8_t minor) { return send(device, pnp_location(minor)); }

}  // namespace rsl::pnp

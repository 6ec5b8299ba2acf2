// SPDX-License-Identifier: GPL-2.0-only
// Down and up the device stack: calling drivers, completing, cancelling.
#include "kernel/io/irp.hpp"
#include "kernel/io/request.hpp"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/ke/spin_lock.hpp"

namespace rsl::io {
namespace {

constinit ke::SpinLock cancel_lock{ke::LockRank::kCancel};

[[noreturn]] void second_completion(IRP& irp) {
    ke::bug_check(MULTIPLE_IRP_COMPLETE_REQUESTS, reinterpret_cast<uintptr_t>(&irp),
                  static_cast<uint64_t>(irp.CurrentLocation), irp.StackCount, 0,
                  {.explanation = "a driver completed an IRP that was completed before"});
}

/// A part of a bigger request: the last part completes the whole.
void finish_associated(IRP& irp, CCHAR priority_boost) {
    IRP& master = *irp.AssociatedIrp.MasterIrp;
    release_buffers(irp);
    free_irp(irp);
    // Pairs with the other parts' decrements: the last one sees what all have done.
    if (__atomic_sub_fetch(&master.AssociatedIrp.IrpCount, 1, __ATOMIC_ACQ_REL) == 0) {
        complete_irp(master, priority_boost);
    }
}

}  // namespace

[[gnu::always_inline]] NTSTATUS call_driver(DEVICE_OBJECT& device, IRP& irp) {
    if (irp.CurrentLocation <= 1) [[unlikely]] {
        ke::bug_check(NO_MORE_IRP_STACK_LOCATIONS, reinterpret_cast<uintptr_t>(&irp), 0, 0, 0,
                      {.explanation = "a driver passed an IRP on that has no stack location left"});
    }
    enter_next_location(irp);
    IO_STACK_LOCATION& location = current_location(irp);
    location.DeviceObject = &device;
    return device.DriverObject->MajorFunction[location.MajorFunction](&device, &irp);
}

[[gnu::always_inline]] void complete_irp_inline(IRP& irp, CCHAR priority_boost) {
    if (is_location_broken(irp)) [[unlikely]] second_completion(irp);
    if (irp.IoStatus.Status == STATUS_PENDING) [[unlikely]] {
        ke::log(ke::LogLevel::kError, "a driver completed an IRP with STATUS_PENDING");
    }
    while (!is_past_stack(irp)) {
        IO_STACK_LOCATION& passed = current_location(irp);
        irp.PendingReturned = passed.Control & SL_PENDING_RETURNED;
        leave_location(irp);
        if (!wants_completion(passed, irp.IoStatus.Status, irp.Cancel != 0)) {
            if (irp.PendingReturned && !is_past_stack(irp)) mark_pending(irp);
            clear_passed_location(passed);
            continue;
        }
        // The routine belongs to the driver one higher, whose device that location names.
        DEVICE_OBJECT* device = is_past_stack(irp) ? nullptr : current_location(irp).DeviceObject;
        clear_passed_location(passed);
        if (passed.CompletionRoutine(device, &irp, passed.Context) ==
            STATUS_MORE_PROCESSING_REQUIRED) {
            return;  // the routine's driver owns the IRP again, or has freed it
        }
    }
    if ((irp.Flags & IRP_ASSOCIATED_IRP) != 0) return finish_associated(irp, priority_boost);
    leave_location(irp);  // a second completion is seen by this
    finish_completed(irp, priority_boost);
}

void complete_irp(IRP& irp, CCHAR priority_boost) { complete_irp_inline(irp, priority_boost); }

KIRQL acquire_cancel_lock() RSL_NO_LOCK_ANALYSIS {
    const KIRQL old = ke::raise_irql(DISPATCH_LEVEL);
    cancel_lock.acquire();
    return old;
}
void release_cancel_lock(KIRQL old) RSL_NO_LOCK_ANALYSIS {
    cancel_lock.release();
    ke::lower_irql(old);
}

bool cancel_irp(IRP& irp) {
    const KIRQL old = acquire_cancel_lock();
    irp.Cancel = TRUE;
    // Pairs with IoSetCancelRoutine's exchange: exactly one side gets the routine.
    const PDRIVER_CANCEL routine = __atomic_exchange_n(
        const_cast<PDRIVER_CANCEL*>(&irp.CancelRoutine), nullptr, __ATOMIC_ACQ_REL);
    if (routine == nullptr) {
        release_cancel_lock(old);
        return false;
    }
    irp.CancelIrql = old;
    routine(current_location(irp).DeviceObject, &irp);  // it releases the lock
    return true;
}

}  // namespace rsl::io

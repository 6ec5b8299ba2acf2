// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/csq.hpp"

#include "kernel/io/irp.hpp"

namespace rsl::io {
namespace {

constexpr size_t kContextSlot = 3;  // of DriverContext: documented as ours while queued

/// The driver's lock, for a scope.
class QueueLock {
  public:
    explicit QueueLock(IO_CSQ& queue) : queue_(queue) { queue_.CsqAcquireLock(&queue_, &irql_); }
    ~QueueLock() { queue_.CsqReleaseLock(&queue_, irql_); }
    QueueLock(const QueueLock&) = delete;
    QueueLock& operator=(const QueueLock&) = delete;

  private:
    IO_CSQ& queue_;
    KIRQL irql_ = 0;
};

PDRIVER_CANCEL exchange_cancel_routine(IRP& irp, PDRIVER_CANCEL routine) {
    return __atomic_exchange_n(const_cast<PDRIVER_CANCEL*>(&irp.CancelRoutine), routine,
                               __ATOMIC_SEQ_CST);  // pairs with cancel_irp()
}

/// The context that the IRP was queued with, or nullptr: the slot holds either that or the queue.
IO_CSQ_IRP_CONTEXT* context_of(IRP& irp) {
    auto* slot = static_cast<IO_CSQ_IRP_CONTEXT*>(irp.Tail.Overlay.DriverContext[kContextSlot]);
    return slot->Type == IO_TYPE_CSQ_IRP_CONTEXT ? slot : nullptr;
}

void take_out(IO_CSQ& queue, IRP& irp) {
    queue.CsqRemoveIrp(&queue, &irp);
    if (IO_CSQ_IRP_CONTEXT* context = context_of(irp)) context->Irp = nullptr;
    irp.Tail.Overlay.DriverContext[kContextSlot] = nullptr;
}

void NTAPI cancel_queued(PDEVICE_OBJECT, PIRP irp) {
    release_cancel_lock(irp->CancelIrql);
    IO_CSQ_IRP_CONTEXT* context = context_of(*irp);
    auto* queue = context != nullptr
                      ? context->Csq
                      : static_cast<IO_CSQ*>(irp->Tail.Overlay.DriverContext[kContextSlot]);
    {
        QueueLock lock{*queue};
        take_out(*queue, *irp);
    }
    queue->CsqCompleteCanceledIrp(queue, irp);
}

}  // namespace

void initialize_queue(IO_CSQ& queue, ULONG type, PIO_CSQ_INSERT_IRP insert, PIO_CSQ_REMOVE_IRP remove,
                      PIO_CSQ_PEEK_NEXT_IRP peek, PIO_CSQ_ACQUIRE_LOCK acquire,
                      PIO_CSQ_RELEASE_LOCK release, PIO_CSQ_COMPLETE_CANCELED_IRP complete) {
    queue = {type, insert, remove, peek, acquire, release, complete, nullptr};
}

NTSTATUS insert_into_queue(IO_CSQ& queue, IRP& irp, IO_CSQ_IRP_CONTEXT* context, void* insert_context) {
    if (context != nullptr) {
        *context = {IO_TYPE_CSQ_IRP_CONTEXT, &irp, &queue};
        irp.Tail.Overlay.DriverContext[kContextSlot] = context;
    } else {
        irp.Tail.Overlay.DriverContext[kContextSlot] = &queue;
    }
    {
        QueueLock lock{queue};
        if (queue.Type == IO_TYPE_CSQ_EX) {
            const auto insert = __builtin_bit_cast(PIO_CSQ_INSERT_IRP_EX, queue.CsqInsertIrp);
            const NTSTATUS status = insert(&queue, &irp, insert_context);
            if (!NT_SUCCESS(status)) {
                if (context != nullptr) context->Irp = nullptr;
                irp.Tail.Overlay.DriverContext[kContextSlot] = nullptr;
                return status;
            }
        } else {
            queue.CsqInsertIrp(&queue, &irp);
        }
        mark_pending(irp);
        exchange_cancel_routine(irp, cancel_queued);
        // Cancelled before the routine was there: if nobody has run it meanwhile, it is for us to do.
        if (!irp.Cancel || exchange_cancel_routine(irp, nullptr) == nullptr) return STATUS_SUCCESS;
        take_out(queue, irp);
    }
    queue.CsqCompleteCanceledIrp(&queue, &irp);
    return STATUS_SUCCESS;
}

IRP* remove_next_from_queue(IO_CSQ& queue, void* peek_context) {
    QueueLock lock{queue};
    for (IRP* irp = queue.CsqPeekNextIrp(&queue, nullptr, peek_context); irp != nullptr;
         irp = queue.CsqPeekNextIrp(&queue, irp, peek_context)) {
        if (exchange_cancel_routine(*irp, nullptr) == nullptr) continue;  // its cancel routine has it
        take_out(queue, *irp);
        return irp;
    }
    return nullptr;
}

IRP* remove_from_queue(IO_CSQ& queue, IO_CSQ_IRP_CONTEXT& context) {
    QueueLock lock{queue};
    IRP* irp = context.Irp;
    if (irp == nullptr || exchange_cancel_routine(*irp, nullptr) == nullptr) return nullptr;
    take_out(queue, *irp);
    return irp;
}

}  // namespace rsl::io

// SPDX-License-Identifier: GPL-2.0-only
// Queues of pending requests. An IRP with a cancel routine is in exactly one queue, or (its entry
// points to itself) has been taken out while its cancellation was already on the way: then that
// completes it.
#include "classes/serial/serial.hpp"

namespace rsl::serial {
namespace {

constexpr CCHAR kBoost = 2;  // IO_SERIAL_INCREMENT

PDRIVER_CANCEL exchange_cancel_routine(PIRP irp, PDRIVER_CANCEL routine) {
    // IoSetCancelRoutine of wdm.h. Pairs with IoCancelIrp's exchange: whoever gets the routine owns
    // the cancellation.
    return __atomic_exchange_n(&irp->CancelRoutine, routine, __ATOMIC_SEQ_CST);
}

PIRP irp_of(LIST_ENTRY* entry) {
    return reinterpret_cast<PIRP>(reinterpret_cast<char*>(entry) -
                                  __builtin_offsetof(IRP, Tail.Overlay.ListEntry));
}

void initialize(LIST_ENTRY& list) { list.Flink = list.Blink = &list; }
void append(LIST_ENTRY& list, LIST_ENTRY& entry) {
    entry.Flink = &list;
    entry.Blink = list.Blink;
    list.Blink->Flink = &entry;
    list.Blink = &entry;
}
/// Afterwards the entry points to itself: unlinking it again does nothing.
void unlink(LIST_ENTRY& entry) {
    entry.Flink->Blink = entry.Blink;
    entry.Blink->Flink = entry.Flink;
    initialize(entry);
}

VOID NTAPI on_cancel(PDEVICE_OBJECT device, PIRP irp) {
    IoReleaseCancelSpinLock(irp->CancelIrql);
    Port& port = port_of(device);
    Locked locked(port);
    if (first(port.writes) == irp) port.uart.end_output();
    if (first(port.immediates) == irp) port.uart.forget_immediate();
    unlink(irp->Tail.Overlay.ListEntry);
    const UCHAR major = location_of(irp).MajorFunction;
    const bool transfer = major == IRP_MJ_READ || major == IRP_MJ_WRITE;
    // What a read has taken out of the buffer, the caller gets.
    locked.finish(irp, STATUS_CANCELLED,
                  transfer ? reinterpret_cast<ULONG_PTR>(irp->Tail.Overlay.DriverContext[0]) : 0);
    advance(port, locked);
}

}  // namespace

Locked::Locked(Port& port) : port_(port), old_(KeAcquireSpinLockRaiseToDpc(&port.lock)) {
    initialize(finished_);
}

Locked::~Locked() {
    KeReleaseSpinLock(&port_.lock, old_);
    while (finished_.Flink != &finished_) {
        LIST_ENTRY& entry = *finished_.Flink;
        PIRP irp = irp_of(&entry);
        unlink(entry);
        IofCompleteRequest(irp, kBoost);
        leave(port_.requests, irp);
    }
}

void Locked::finish(PIRP irp, NTSTATUS status, ULONG_PTR information) {
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = information;
    append(finished_, irp->Tail.Overlay.ListEntry);
}

void initialize_queues(Port& port) {
    for (LIST_ENTRY* queue :
         {&port.reads, &port.writes, &port.waits, &port.immediates, &port.counters})
        initialize(*queue);
}

void put(Port& port, LIST_ENTRY& queue, PIRP irp, Locked& locked) {
    location_of(irp).Control |= SL_PENDING_RETURNED;  // IoMarkIrpPending
    for (void*& word : irp->Tail.Overlay.DriverContext) word = nullptr;
    append(queue, irp->Tail.Overlay.ListEntry);
    exchange_cancel_routine(irp, &on_cancel);
    if (!irp->Cancel) return;
    // Cancelled before: if nobody has called the routine, nobody will.
    if (take_out(irp)) locked.finish(irp, STATUS_CANCELLED, 0);
}

PIRP first(const LIST_ENTRY& queue) {
    return queue.Flink == &queue ? nullptr : irp_of(queue.Flink);
}

bool take_out(PIRP irp) {
    unlink(irp->Tail.Overlay.ListEntry);
    return exchange_cancel_routine(irp, nullptr) != nullptr;
}

void finish_all(Port& port, LIST_ENTRY& queue, NTSTATUS status, Locked& locked) {
    if (&queue == &port.writes) port.uart.end_output();
    if (&queue == &port.immediates) port.uart.forget_immediate();
    while (PIRP irp = first(queue)) {
        if (take_out(irp))
            locked.finish(irp, status,
                          reinterpret_cast<ULONG_PTR>(irp->Tail.Overlay.DriverContext[0]));
    }
}

}  // namespace rsl::serial

// SPDX-License-Identifier: GPL-2.0-only
// What has become possible for the requests at the heads of the queues. DriverContext of a read or
// write: [0] bytes done, [1] when it began, [2] when its last byte came (100 ns; 0: not yet).
#include <algorithm>

#include "classes/serial/serial.hpp"

namespace rsl::serial {
namespace {

constexpr int kSteps = 2048;  // of the device, before others get the processor

uint64_t now() {
    ULONG64 counter;
    return KeQueryInterruptTimePrecise(&counter);
}

uint64_t word_of(PIRP irp, int index) {
    return reinterpret_cast<uint64_t>(irp->Tail.Overlay.DriverContext[index]);
}
void set_word(PIRP irp, int index, uint64_t value) {
    irp->Tail.Overlay.DriverContext[index] = reinterpret_cast<void*>(value);
}

uint32_t length_of(PIRP irp) {
    const IO_STACK_LOCATION& location = location_of(irp);
    const bool transfer =
        location.MajorFunction == IRP_MJ_READ || location.MajorFunction == IRP_MJ_WRITE;
    return transfer ? location.Parameters.Read.Length : 0;
}
Progress progress_of(PIRP irp) {
    return {word_of(irp, 1), word_of(irp, 2), length_of(irp),
            static_cast<uint32_t>(word_of(irp, 0))};
}

void set_alarm(Alarm& alarm, uint64_t deadline, uint64_t at) {
    if (deadline == Verdict::kNever) {
        KeCancelTimer(&alarm.timer);
        return;
    }
    LARGE_INTEGER due;
    due.QuadPart = -static_cast<LONGLONG>(std::max<uint64_t>(deadline - at, 1));
    KeSetTimer(&alarm.timer, due, &alarm.dpc);
}

NTSTATUS status_of(const Verdict& verdict) {
    return verdict.kind == Verdict::kTimedOut ? STATUS_TIMEOUT : STATUS_SUCCESS;
}

void advance_reads(Port& port, Locked& locked) {
    const uint64_t at = now();
    while (PIRP irp = first(port.reads)) {
        if (word_of(irp, 1) == 0) set_word(irp, 1, at);
        const auto done = static_cast<uint32_t>(word_of(irp, 0));
        const uint32_t got = port.uart.take(
            static_cast<uint8_t*>(irp->AssociatedIrp.SystemBuffer) + done, length_of(irp) - done);
        if (got != 0) {
            set_word(irp, 0, done + got);
            set_word(irp, 2, at);
        }
        const Verdict verdict = judge_read(port.timeouts, progress_of(irp), at);
        if (verdict.kind == Verdict::kWait) return set_alarm(port.read_alarm, verdict.deadline, at);
        if (take_out(irp)) locked.finish(irp, status_of(verdict), done + got);
    }
}

/// IOCTL_SERIAL_XOFF_COUNTER, at its turn among the writes: the character goes, then the count
/// begins.
void begin_counter(Port& port, PIRP irp, Locked& locked) {
    const auto& counter = *static_cast<const SERIAL_XOFF_COUNTER*>(irp->AssociatedIrp.SystemBuffer);
    if (!take_out(irp)) return;
    port.uart.send_immediately(counter.XoffChar);
    port.counter_base = port.uart.received_in_all();
    put(port, port.counters, irp, locked);
    const uint64_t at = now();
    set_alarm(port.counter_alarm,
              counter.Timeout == 0 ? Verdict::kNever : at + uint64_t{counter.Timeout} * 10'000, at);
    set_word(irp, 1, at);
}

void advance_writes(Port& port, Locked& locked) {
    const uint64_t at = now();
    while (PIRP irp = first(port.writes)) {
        if (location_of(irp).MajorFunction == IRP_MJ_DEVICE_CONTROL) {
            begin_counter(port, irp, locked);
            continue;
        }
        if (word_of(irp, 1) == 0) {
            set_word(irp, 1, at);
            port.uart.begin_output(static_cast<const uint8_t*>(irp->AssociatedIrp.SystemBuffer),
                                   length_of(irp));
        }
        set_word(irp, 0, length_of(irp) - port.uart.output_left());
        const Verdict verdict = judge_write(port.timeouts, progress_of(irp), at);
        if (verdict.kind == Verdict::kWait)
            return set_alarm(port.write_alarm, verdict.deadline, at);
        port.uart.end_output();
        port.wrote |= length_of(irp) != 0;
        if (take_out(irp))
            locked.finish(irp, status_of(verdict), static_cast<ULONG_PTR>(word_of(irp, 0)));
    }
    if (port.wrote) port.uart.note_event(SERIAL_EV_TXEMPTY);
    port.wrote = false;
}

void advance_counter(Port& port, Locked& locked) {
    PIRP irp = first(port.counters);
    if (irp == nullptr) return;
    const auto& counter = *static_cast<const SERIAL_XOFF_COUNTER*>(irp->AssociatedIrp.SystemBuffer);
    NTSTATUS status = STATUS_SUCCESS;
    if (port.uart.received_in_all() - port.counter_base < static_cast<ULONG>(counter.Counter)) {
        status = STATUS_SERIAL_COUNTER_TIMEOUT;
        if (counter.Timeout == 0 || now() < word_of(irp, 1) + uint64_t{counter.Timeout} * 10'000)
            status = STATUS_SERIAL_MORE_WRITES;
        if (status == STATUS_SERIAL_MORE_WRITES && first(port.writes) == nullptr) return;
    }
    KeCancelTimer(&port.counter_alarm.timer);
    if (take_out(irp)) locked.finish(irp, status, 0);
}

void tell_events(Port& port, Locked& locked) {
    port.events |= port.uart.take_events() & port.wait_mask;
    PIRP irp = first(port.waits);
    if (irp == nullptr || port.events == 0) return;
    if (!take_out(irp)) return;
    *static_cast<ULONG*>(irp->AssociatedIrp.SystemBuffer) = port.events;
    port.events = 0;
    locked.finish(irp, STATUS_SUCCESS, sizeof(ULONG));
}

}  // namespace

void advance(Port& port, Locked& locked) {
    if (!port.open || !port.started) return;
    if (port.uart.service(kSteps)) KeInsertQueueDpc(&port.dpc, nullptr, nullptr);
    if (port.uart.must_abort()) {
        finish_all(port, port.reads, STATUS_CANCELLED, locked);
        finish_all(port, port.writes, STATUS_CANCELLED, locked);
    }
    advance_counter(port, locked);
    advance_writes(port, locked);
    advance_reads(port, locked);
    PIRP immediate = first(port.immediates);
    if (immediate != nullptr && !port.uart.immediate_waits() && take_out(immediate))
        locked.finish(immediate, STATUS_SUCCESS, sizeof(UCHAR));
    tell_events(port, locked);
}

VOID NTAPI on_dpc(PKDPC, PVOID context, PVOID, PVOID) {
    auto& port = *static_cast<Port*>(context);
    Locked locked(port);
    advance(port, locked);
}

NTSTATUS start_transfer(Port& port, PIRP irp) {
    const IO_STACK_LOCATION& location = location_of(irp);
    Locked locked(port);
    const bool read = location.MajorFunction == IRP_MJ_READ;
    if (!port.open || port.gone || port.uart.must_abort()) {
        // After an error that aborts, nothing more until IOCTL_SERIAL_GET_COMMSTATUS has looked at
        // it.
        location_of(irp).Control |= SL_PENDING_RETURNED;
        locked.finish(irp, port.gone ? STATUS_DELETE_PENDING : STATUS_CANCELLED, 0);
        return STATUS_PENDING;
    }
    put(port, read ? port.reads : port.writes, irp, locked);
    advance(port, locked);
    return STATUS_PENDING;
}

void abort_all(Port& port, NTSTATUS status) {
    Locked locked(port);
    for (LIST_ENTRY* queue :
         {&port.reads, &port.writes, &port.waits, &port.immediates, &port.counters})
        finish_all(port, *queue, status, locked);
    for (Alarm* alarm : {&port.read_alarm, &port.write_alarm, &port.counter_alarm})
        KeCancelTimer(&alarm->timer);
}

}  // namespace rsl::serial

// SPDX-License-Identifier: GPL-2.0-only
// IRP_MJ_DEVICE_CONTROL, as ntddser.h documents each.
#include <algorithm>
#include <cstring>

#include "classes/serial/serial.hpp"

namespace rsl::serial {
namespace {

constexpr ULONG kMostBuffer = 1 << 20;

/// What a control code came to: a status, and how much of the system buffer is the answer.
struct Answer {
    NTSTATUS status = STATUS_SUCCESS;
    ULONG bytes = 0;
    bool pending = false;  // the IRP is in a queue
};
Answer valid(bool ok) { return {ok ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER}; }

template <typename T>
bool read_input(PIRP irp, T& value) {
    if (location_of(irp).Parameters.DeviceIoControl.InputBufferLength < sizeof(T)) return false;
    std::memcpy(&value, irp->AssociatedIrp.SystemBuffer, sizeof(T));
    return true;
}
constexpr Answer kTooSmall = {STATUS_BUFFER_TOO_SMALL};

template <typename T>
Answer give(PIRP irp, const T& value) {
    if (location_of(irp).Parameters.DeviceIoControl.OutputBufferLength < sizeof(T))
        return kTooSmall;
    std::memcpy(irp->AssociatedIrp.SystemBuffer, &value, sizeof(T));
    return {STATUS_SUCCESS, sizeof(T)};
}

ULONG bytes_to_send(const Port& port) {
    ULONG bytes = 0;
    for (const LIST_ENTRY* at = port.writes.Flink; at != &port.writes; at = at->Flink) {
        auto* irp = reinterpret_cast<PIRP>(const_cast<char*>(reinterpret_cast<const char*>(at)) -
                                           __builtin_offsetof(IRP, Tail.Overlay.ListEntry));
        if (location_of(irp).MajorFunction != IRP_MJ_WRITE) continue;
        const bool head = at == port.writes.Flink && irp->Tail.Overlay.DriverContext[1] != nullptr;
        bytes += head ? port.uart.output_left() : location_of(irp).Parameters.Write.Length;
    }
    return bytes;
}

Answer get_status(Port& port, PIRP irp) {
    if (location_of(irp).Parameters.DeviceIoControl.OutputBufferLength < sizeof(SERIAL_STATUS))
        return kTooSmall;
    SERIAL_STATUS status = {};
    status.Errors = port.uart.take_errors();
    status.HoldReasons = port.uart.hold_reasons();
    status.AmountInInQueue = port.uart.available();
    status.AmountInOutQueue = bytes_to_send(port);
    status.WaitForImmediate = port.uart.immediate_waits();
    return give(irp, status);
}

Answer get_properties(Port& port, PIRP irp) {
    constexpr ULONG kRate115200 = 0x20000, kRateUser = 0x10000000,
                    kRates =
                        0x0006FFFF;  // SERIAL_BAUD_*: all but 128000, which no divisor comes near
    SERIAL_COMMPROP out = {};
    out.PacketLength = sizeof(out);
    out.PacketVersion = 2;
    out.ServiceMask = 1;  // SERIAL_SP_SERIALCOMM
    out.MaxBaud = kRate115200;
    out.ProvSubType = 1;           // SERIAL_SP_RS232
    out.ProvCapabilities = 0x1FF;  // SERIAL_PCF_*: all but 16-bit mode
    out.SettableParams = 0x7F;     // SERIAL_SP_*: all
    out.SettableBaud = kRates | kRateUser;
    out.SettableData = 0x0F;          // 5 to 8 bits
    out.SettableStopParity = 0x1F07;  // every kind of both
    out.CurrentRxQueue = port.uart.buffer_bytes();
    return give(irp, out);
}

Answer set_timeouts(Port& port, PIRP irp) {
    SERIAL_TIMEOUTS timeouts;
    if (!read_input(irp, timeouts)) return kTooSmall;
    if (!is_valid(timeouts)) return valid(false);
    port.timeouts = timeouts;
    return {};
}

Answer set_wait_mask(Port& port, PIRP irp, Locked& locked) {
    ULONG mask;
    if (!read_input(irp, mask)) return kTooSmall;
    if ((mask & ~SERIAL_EV_ALL) != 0) return valid(false);
    if (PIRP waiting = first(port.waits); waiting != nullptr && take_out(waiting)) {
        *static_cast<ULONG*>(waiting->AssociatedIrp.SystemBuffer) =
            0;  // as documented: woken by nothing
        locked.finish(waiting, STATUS_SUCCESS, sizeof(ULONG));
    }
    port.uart.take_events();
    port.events = 0;
    port.wait_mask = mask;
    return {};
}

Answer wait_on_mask(Port& port, PIRP irp, Locked& locked) {
    if (location_of(irp).Parameters.DeviceIoControl.OutputBufferLength < sizeof(ULONG))
        return kTooSmall;
    if (port.wait_mask == 0 || first(port.waits) != nullptr) return valid(false);
    put(port, port.waits, irp, locked);
    return {STATUS_PENDING, 0, true};
}

Answer purge(Port& port, PIRP irp, Locked& locked) {
    ULONG mask;
    if (!read_input(irp, mask)) return kTooSmall;
    constexpr ULONG kAll =
        SERIAL_PURGE_TXABORT | SERIAL_PURGE_RXABORT | SERIAL_PURGE_TXCLEAR | SERIAL_PURGE_RXCLEAR;
    if (mask == 0 || (mask & ~kAll) != 0) return valid(false);
    if ((mask & SERIAL_PURGE_RXABORT) != 0) finish_all(port, port.reads, STATUS_CANCELLED, locked);
    if ((mask & SERIAL_PURGE_TXABORT) != 0) {
        finish_all(port, port.writes, STATUS_CANCELLED, locked);
        finish_all(port, port.immediates, STATUS_CANCELLED, locked);
        finish_all(port, port.counters, STATUS_CANCELLED, locked);
    }
    if ((mask & SERIAL_PURGE_RXCLEAR) != 0) port.uart.clear_input();
    return {};
}

Answer send_immediately(Port& port, PIRP irp, Locked& locked) {
    UCHAR byte;
    if (!read_input(irp, byte)) return kTooSmall;
    if (first(port.immediates) != nullptr || !port.uart.send_immediately(byte)) return valid(false);
    if (!port.uart.immediate_waits()) return {STATUS_SUCCESS, sizeof(UCHAR)};
    put(port, port.immediates, irp, locked);
    return {STATUS_PENDING, 0, true};
}

Answer count_after_xoff(Port& port, PIRP irp, Locked& locked) {
    SERIAL_XOFF_COUNTER counter;
    if (!read_input(irp, counter)) return kTooSmall;
    if (counter.Counter <= 0) return valid(false);
    put(port, port.writes, irp, locked);
    return {STATUS_PENDING, 0, true};
}

Answer set_baud_rate(Port& port, PIRP irp) {
    SERIAL_BAUD_RATE rate;
    return read_input(irp, rate) ? valid(port.uart.set_baud_rate(rate.BaudRate)) : kTooSmall;
}
Answer set_line_control(Port& port, PIRP irp) {
    SERIAL_LINE_CONTROL control;
    return read_input(irp, control) ? valid(port.uart.set_line_control(control)) : kTooSmall;
}
Answer set_chars(Port& port, PIRP irp) {
    SERIAL_CHARS chars;
    return read_input(irp, chars) ? valid(port.uart.set_chars(chars)) : kTooSmall;
}
Answer set_handflow(Port& port, PIRP irp) {
    SERIAL_HANDFLOW flow;
    return read_input(irp, flow) ? valid(port.uart.set_handflow(flow)) : kTooSmall;
}
Answer set_modem_control(Port& port, PIRP irp) {
    ULONG value;
    if (!read_input(irp, value)) return kTooSmall;
    port.uart.set_modem_control(static_cast<uint8_t>(value & 0x1F));
    return {};
}
Answer set_fifo_control(Port& port, PIRP irp) {
    ULONG value;
    if (!read_input(irp, value)) return kTooSmall;
    port.uart.set_fifo_control(static_cast<uint8_t>(value));
    return {};
}

/// What needs no lock of ours while it allocates.
Answer set_queue_size(Port& port, PIRP irp) {
    SERIAL_QUEUE_SIZE size;
    if (!read_input(irp, size)) return kTooSmall;
    if (size.InSize > kMostBuffer) return {STATUS_INSUFFICIENT_RESOURCES};
    if (size.InSize <= port.uart.buffer_bytes()) return {};
    auto* memory = static_cast<uint8_t*>(ExAllocatePool2(POOL_FLAG_NON_PAGED, size.InSize, kTag));
    if (memory == nullptr) return {STATUS_INSUFFICIENT_RESOURCES};
    std::span<uint8_t> old;
    {
        Locked locked(port);
        old = port.uart.set_buffer({memory, size.InSize});
    }
    ExFreePoolWithTag(old.data(), kTag);
    return {};
}

/// What is set once and asked for again.
Answer settings(Port& port, PIRP irp, ULONG code) {
    Uart& uart = port.uart;
    switch (code) {
        case IOCTL_SERIAL_SET_BAUD_RATE:
            return set_baud_rate(port, irp);
        case IOCTL_SERIAL_GET_BAUD_RATE:
            return give(irp, SERIAL_BAUD_RATE{uart.baud_rate()});
        case IOCTL_SERIAL_SET_LINE_CONTROL:
            return set_line_control(port, irp);
        case IOCTL_SERIAL_GET_LINE_CONTROL:
            return give(irp, uart.line_control());
        case IOCTL_SERIAL_SET_CHARS:
            return set_chars(port, irp);
        case IOCTL_SERIAL_GET_CHARS:
            return give(irp, uart.chars());
        case IOCTL_SERIAL_SET_HANDFLOW:
            return set_handflow(port, irp);
        case IOCTL_SERIAL_GET_HANDFLOW:
            return give(irp, uart.handflow());
        case IOCTL_SERIAL_SET_TIMEOUTS:
            return set_timeouts(port, irp);
        case IOCTL_SERIAL_GET_TIMEOUTS:
            return give(irp, port.timeouts);
        case IOCTL_SERIAL_GET_PROPERTIES:
            return get_properties(port, irp);
        case IOCTL_SERIAL_CONFIG_SIZE:
            return give(irp, ULONG{0});  // as documented: there is no more
        case IOCTL_SERIAL_GET_STATS:
            return give(irp, uart.stats());
        case IOCTL_SERIAL_CLEAR_STATS:
            uart.stats() = {};
            return {};
        case IOCTL_SERIAL_RESET_DEVICE:
            uart.restore();
            return {};
        default:
            return {STATUS_INVALID_DEVICE_REQUEST};
    }
}

/// The line's wires, as they are and as they shall be.
Answer lines(Port& port, PIRP irp, ULONG code) {
    Uart& uart = port.uart;
    switch (code) {
        case IOCTL_SERIAL_SET_DTR:
            return valid(uart.set_dtr(true));
        case IOCTL_SERIAL_CLR_DTR:
            return valid(uart.set_dtr(false));
        case IOCTL_SERIAL_SET_RTS:
            return valid(uart.set_rts(true));
        case IOCTL_SERIAL_CLR_RTS:
            return valid(uart.set_rts(false));
        case IOCTL_SERIAL_GET_DTRRTS:
            return give(irp, ULONG{uart.modem_control() & (SERIAL_DTR_STATE | SERIAL_RTS_STATE)});
        case IOCTL_SERIAL_SET_XOFF:
            uart.hold_output(true);
            return {};
        case IOCTL_SERIAL_SET_XON:
            uart.hold_output(false);
            return {};
        case IOCTL_SERIAL_SET_BREAK_ON:
            uart.set_break(true);
            return {};
        case IOCTL_SERIAL_SET_BREAK_OFF:
            uart.set_break(false);
            return {};
        case IOCTL_SERIAL_GET_MODEMSTATUS:
            return give(irp, ULONG{uart.modem_status()});
        case IOCTL_SERIAL_GET_MODEM_CONTROL:
            return give(irp, ULONG{uart.modem_control()});
        case IOCTL_SERIAL_SET_MODEM_CONTROL:
            return set_modem_control(port, irp);
        case IOCTL_SERIAL_SET_FIFO_CONTROL:
            return set_fifo_control(port, irp);
        default:
            return settings(port, irp, code);
    }
}

Answer run(Port& port, PIRP irp, ULONG code, Locked& locked) {
    switch (code) {
        case IOCTL_SERIAL_SET_WAIT_MASK:
            return set_wait_mask(port, irp, locked);
        case IOCTL_SERIAL_GET_WAIT_MASK:
            return give(irp, port.wait_mask);
        case IOCTL_SERIAL_WAIT_ON_MASK:
            return wait_on_mask(port, irp, locked);
        case IOCTL_SERIAL_PURGE:
            return purge(port, irp, locked);
        case IOCTL_SERIAL_IMMEDIATE_CHAR:
            return send_immediately(port, irp, locked);
        case IOCTL_SERIAL_XOFF_COUNTER:
            return count_after_xoff(port, irp, locked);
        case IOCTL_SERIAL_GET_COMMSTATUS:
            return get_status(port, irp);
        default:
            return lines(port, irp, code);
    }
}

}  // namespace

NTSTATUS control(Port& port, PIRP irp) {
    const ULONG code = location_of(irp).Parameters.DeviceIoControl.IoControlCode;
    if (code == IOCTL_SERIAL_SET_QUEUE_SIZE) {
        const Answer answer = set_queue_size(port, irp);
        complete(irp, answer.status, answer.bytes);
        leave(port.requests, irp);
        return answer.status;
    }
    Answer answer;
    {
        Locked locked(port);
        if (!port.open || port.gone)
            answer = {STATUS_DELETE_PENDING};
        else
            answer = run(port, irp, code, locked);
        advance(port, locked);
    }
    if (answer.pending) return STATUS_PENDING;
    complete(irp, answer.status, answer.bytes);
    leave(port.requests, irp);
    return answer.status;
}

}  // namespace rsl::serial

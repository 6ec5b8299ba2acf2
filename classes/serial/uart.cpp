// SPDX-License-Identifier: GPL-2.0-only
#include "classes/serial/uart_registers.hpp"

#include <algorithm>

namespace rsl::serial {

uint16_t divisor_of(ULONG rate) {
    if (rate == 0 || rate > kClock) return 0;
    const ULONG divisor = (kClock + rate / 2) / rate;
    if (divisor == 0 || divisor > 0xFFFF) return 0;
    const ULONG real = kClock / divisor;
    const ULONG error = real > rate ? real - rate : rate - real;
    return error * 100 > rate * 3
               ? 0
               : static_cast<uint16_t>(divisor);  // three in a hundred is what a receiver bears
}

uint8_t register_of(const SERIAL_LINE_CONTROL& control) {
    constexpr uint8_t kInvalid = 0xFF;
    if (control.WordLength < 5 || control.WordLength > 8) return kInvalid;
    auto value = static_cast<uint8_t>(control.WordLength - 5);
    switch (control.StopBits) {
        case STOP_BIT_1:
            break;
        case STOP_BITS_1_5:
            if (control.WordLength != 5) return kInvalid;
            value |= 4;
            break;
        case STOP_BITS_2:
            if (control.WordLength == 5) return kInvalid;
            value |= 4;
            break;
        default:
            return kInvalid;
    }
    constexpr uint8_t kParityBits[] = {0, 0x08, 0x18, 0x28, 0x38};
    if (control.Parity >= sizeof(kParityBits)) return kInvalid;
    return value | kParityBits[control.Parity];
}

// ---- Life

void Uart::prepare() {
    registers_.write(R::kInterruptEnable, 0);
    registers_.write(R::kFifoControl, kFifoReset);
}

void Uart::open() {
    first_ = count_ = 0;
    errors_ = events_ = 0;
    abort_ = break_ = false;
    stats_ = {};
    xoff_received_ = xoff_sent_ = flow_char_waits_ = immediate_waits_ = input_held_ =
        receiver_off_ = false;
    output_left_ = 0;
    open_ = true;
    program();
    registers_.read(R::kLineStatus);  // errors of before are nobody's business
    modem_status_ = registers_.read(R::kModemStatus);
    uint8_t lines = kOut2;  // lets the interrupt out of the chip
    if (!dtr_is(0, flow_)) lines |= kDtr;
    if (rts_is(SERIAL_RTS_CONTROL, flow_) || rts_is(SERIAL_RTS_HANDSHAKE, flow_)) lines |= kRts;
    write_modem_control(lines);
    enable_interrupts();
}

void Uart::close() {
    open_ = false;
    output_left_ = 0;
    immediate_waits_ = false;
    registers_.write(R::kInterruptEnable, 0);
    break_ = false;
    registers_.write(R::kLineControl, line_control_);
    write_modem_control(0);
}

void Uart::restore() {
    if (!open_) return;
    registers_.write(R::kFifoControl, kFifoOn);
    program();
    write_modem_control(modem_control_);
    enable_interrupts();
    fill();
}

void Uart::program() {
    const uint16_t divisor = divisor_of(baud_rate_);
    registers_.write(R::kLineControl, kDivisorLatch);
    registers_.write(R::kData, static_cast<uint8_t>(divisor));
    registers_.write(R::kInterruptEnable, static_cast<uint8_t>(divisor >> 8));
    registers_.write(R::kLineControl,
                     static_cast<uint8_t>(line_control_ | (break_ ? kBreakOn : 0)));
}

void Uart::enable_interrupts() {
    if (!open_) return;
    uint8_t enabled = kLineChanged | kModemChanged;
    if (!receiver_off_) enabled |= kReceived;
    const ULONG reasons = hold_reasons();
    const bool sending = (flow_char_waits_ && !break_) ||
                         (immediate_waits_ && !holds_immediate(reasons)) ||
                         (output_left_ != 0 && reasons == 0);
    if (sending) enabled |= kEmpty;
    registers_.write(R::kInterruptEnable, enabled);
}

// ---- Settings

bool Uart::set_baud_rate(ULONG rate) {
    if (divisor_of(rate) == 0) return false;
    baud_rate_ = rate;
    if (open_) {
        program();
        enable_interrupts();  // the divisor lies behind the same register
    }
    return true;
}

bool Uart::set_line_control(const SERIAL_LINE_CONTROL& control) {
    const uint8_t value = register_of(control);
    if (value == 0xFF) return false;
    line_ = control;
    line_control_ = value;
    if (open_)
        registers_.write(R::kLineControl,
                         static_cast<uint8_t>(line_control_ | (break_ ? kBreakOn : 0)));
    return true;
}

bool Uart::set_chars(const SERIAL_CHARS& chars) {
    if (chars.XonChar == chars.XoffChar) return false;
    chars_ = chars;
    return true;
}

bool Uart::set_handflow(const SERIAL_HANDFLOW& flow) {
    if ((flow.ControlHandShake & SERIAL_CONTROL_INVALID) != 0 ||
        (flow.FlowReplace & SERIAL_FLOW_INVALID) != 0)
        return false;
    if (dtr_is(SERIAL_DTR_MASK, flow)) return false;
    const auto size = static_cast<LONG>(buffer_.size());
    if (flow.XonLimit < 0 || flow.XoffLimit < 0 || flow.XonLimit > size || flow.XoffLimit > size)
        return false;
    flow_ = flow;
    if ((flow_.FlowReplace & SERIAL_AUTO_TRANSMIT) == 0) xoff_received_ = false;
    if (!open_) return true;
    uint8_t lines = static_cast<uint8_t>(modem_control_ & ~(kDtr | kRts));
    if (!dtr_is(0, flow_)) lines |= kDtr;
    if (rts_is(SERIAL_RTS_CONTROL, flow_) || rts_is(SERIAL_RTS_HANDSHAKE, flow_)) lines |= kRts;
    if (rts_is(SERIAL_TRANSMIT_TOGGLE, flow_) && output_left_ != 0) lines |= kRts;
    write_modem_control(lines);
    input_held_ = false;
    if (is_above_limit())
        hold_input();
    else if (receiver_off_)
        release_input();
    fill();
    return true;
}

void Uart::write_modem_control(uint8_t value) {
    modem_control_ = value;
    registers_.write(R::kModemControl, value);
}

bool Uart::set_dtr(bool on) {
    if (dtr_is(SERIAL_DTR_HANDSHAKE, flow_)) return false;
    write_modem_control(static_cast<uint8_t>(on ? modem_control_ | kDtr : modem_control_ & ~kDtr));
    return true;
}

bool Uart::set_rts(bool on) {
    if (rts_is(SERIAL_RTS_HANDSHAKE, flow_) || rts_is(SERIAL_TRANSMIT_TOGGLE, flow_)) return false;
    write_modem_control(static_cast<uint8_t>(on ? modem_control_ | kRts : modem_control_ & ~kRts));
    return true;
}

void Uart::set_modem_control(uint8_t value) {
    write_modem_control(static_cast<uint8_t>(value | (open_ ? kOut2 : 0)));
}

void Uart::set_break(bool on) {
    break_ = on;
    registers_.write(R::kLineControl,
                     static_cast<uint8_t>(line_control_ | (break_ ? kBreakOn : 0)));
    fill();
}

void Uart::hold_output(bool on) {
    xoff_received_ = on;
    fill();
}

uint8_t Uart::modem_status() {
    note_modem_status(registers_.read(R::kModemStatus));
    return modem_status_;
}

// ---- Sending

ULONG Uart::hold_reasons() const {
    ULONG reasons = 0;
    if ((flow_.ControlHandShake & SERIAL_CTS_HANDSHAKE) != 0 && (modem_status_ & kCts) == 0)
        reasons |= SERIAL_TX_WAITING_FOR_CTS;
    if ((flow_.ControlHandShake & SERIAL_DSR_HANDSHAKE) != 0 && (modem_status_ & kDsr) == 0)
        reasons |= SERIAL_TX_WAITING_FOR_DSR;
    if ((flow_.ControlHandShake & SERIAL_DCD_HANDSHAKE) != 0 && (modem_status_ & kDcd) == 0)
        reasons |= SERIAL_TX_WAITING_FOR_DCD;
    if (xoff_received_) reasons |= SERIAL_TX_WAITING_FOR_XON;
    if (xoff_sent_ && (flow_.FlowReplace & SERIAL_XOFF_CONTINUE) == 0)
        reasons |= SERIAL_TX_WAITING_XOFF_SENT;
    if (break_) reasons |= SERIAL_TX_WAITING_ON_BREAK;
    return reasons;
}

void Uart::begin_output(const uint8_t* bytes, uint32_t count) {
    output_ = bytes;
    output_left_ = count;
    if (rts_is(SERIAL_TRANSMIT_TOGGLE, flow_) && count != 0)
        write_modem_control(modem_control_ | kRts);
    fill();
}

bool Uart::send_immediately(uint8_t byte) {
    if (immediate_waits_) return false;
    immediate_ = byte;
    immediate_waits_ = true;
    fill();
    return true;
}

/// As much as the empty FIFO takes. What is held up goes when the reason goes.
void Uart::fill() {
    if (!open_) return;
    if ((registers_.read(R::kLineStatus) & kHolding) != 0) {
        uint32_t room = kFifoBytes;
        const ULONG reasons = hold_reasons();
        // XON and XOFF go whatever the other side says; an immediate character, if only XOFF is in
        // the way.
        if (flow_char_waits_ && !break_) {
            flow_char_waits_ = false;
            registers_.write(R::kData, flow_char_);
            --room;
        }
        if (immediate_waits_ && !holds_immediate(reasons)) {
            immediate_waits_ = false;
            registers_.write(R::kData, immediate_);
            ++stats_.TransmittedCount;
            --room;
        }
        while (room != 0 && output_left_ != 0 && reasons == 0) {
            registers_.write(R::kData, *output_++);
            ++stats_.TransmittedCount;
            --output_left_;
            --room;
        }
        if (output_left_ == 0 && rts_is(SERIAL_TRANSMIT_TOGGLE, flow_) &&
            (modem_control_ & kRts) != 0) {
            write_modem_control(static_cast<uint8_t>(modem_control_ & ~kRts));
        }
    }
    enable_interrupts();
}

// ---- Its interrupt

void Uart::note_modem_status(uint8_t status) {
    modem_status_ = status;
    if ((status & kCtsChanged) != 0) events_ |= SERIAL_EV_CTS;
    if ((status & kDsrChanged) != 0) events_ |= SERIAL_EV_DSR;
    if ((status & kRingEnded) != 0) events_ |= SERIAL_EV_RING;
    if ((status & kDcdChanged) != 0) events_ |= SERIAL_EV_RLSD;
    if ((status & (kCtsChanged | kDsrChanged | kDcdChanged)) != 0) fill();
}

bool Uart::service(int most) {
    if (!open_) return false;
    while (most > 0) {
        const uint8_t cause = registers_.read(R::kInterruptId);
        if ((cause & kNothing) != 0) {
            if (output_left_ != 0)
                fill();  // reading the cause takes it back: nothing is left to whoever read it last
            return false;
        }
        switch (cause & kCause) {
            case kCauseLine:
                note_errors(registers_.read(R::kLineStatus));
                break;
            case kCauseData:
            case kCauseTimeout:
                receive_all(most);
                break;
            case kCauseEmpty:
                fill();
                break;
            default:
                note_modem_status(registers_.read(R::kModemStatus));
                break;
        }
        --most;
    }
    return true;
}

ULONG Uart::take_events() {
    const ULONG events = events_;
    events_ = 0;
    return events;
}

ULONG Uart::take_errors() {
    const ULONG errors = errors_;
    errors_ = 0;
    abort_ = false;
    return errors;
}

}  // namespace rsl::serial

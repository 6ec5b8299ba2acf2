// SPDX-License-Identifier: GPL-2.0-only
// The receiver: its buffer, what it does with each byte, and how it holds the other side up.
#include <algorithm>

#include "classes/serial/uart_registers.hpp"

namespace rsl::serial {

std::span<uint8_t> Uart::set_buffer(std::span<uint8_t> memory) {
    const std::span<uint8_t> old = buffer_;
    const uint32_t kept = std::min(count_, static_cast<uint32_t>(memory.size()));
    for (uint32_t i = 0; i < kept; ++i) memory[i] = old[(first_ + i) % old.size()];
    buffer_ = memory;
    first_ = 0;
    count_ = kept;
    if (!memory.empty()) {
        // As the driver of Windows has them: an eighth from either end.
        flow_.XonLimit = static_cast<LONG>(memory.size() / 8);
        flow_.XoffLimit = static_cast<LONG>(memory.size() / 8);
    }
    return old;
}

uint32_t Uart::take(uint8_t* out, uint32_t most) {
    const uint32_t taken = std::min(most, count_);
    for (uint32_t i = 0; i < taken; ++i) out[i] = buffer_[(first_ + i) % buffer_.size()];
    if (taken != 0) first_ = static_cast<uint32_t>((first_ + taken) % buffer_.size());
    count_ -= taken;
    if ((input_held_ || receiver_off_) && is_below_limit()) release_input();
    return taken;
}

void Uart::clear_input() {
    first_ = count_ = 0;
    if (open_) registers_.write(R::kFifoControl, kFifoClearInput);
    if (open_ && (input_held_ || receiver_off_)) release_input();
}

bool Uart::has_handshake() const {
    return rts_is(SERIAL_RTS_HANDSHAKE, flow_) || dtr_is(SERIAL_DTR_HANDSHAKE, flow_) ||
           (flow_.FlowReplace & SERIAL_AUTO_RECEIVE) != 0;
}
bool Uart::is_above_limit() const {
    return has_handshake() && count_ + static_cast<uint32_t>(flow_.XoffLimit) >= buffer_.size();
}
bool Uart::is_below_limit() const { return count_ <= static_cast<uint32_t>(flow_.XonLimit); }

/// Tells the other side to stop, and takes nothing more out of the device: a side that cannot see
/// the lines, such as the terminal of a host, is held up by the full device.
void Uart::hold_input() {
    if (!input_held_) {
        input_held_ = true;
        uint8_t lines = modem_control_;
        if (rts_is(SERIAL_RTS_HANDSHAKE, flow_)) lines &= static_cast<uint8_t>(~kRts);
        if (dtr_is(SERIAL_DTR_HANDSHAKE, flow_)) lines &= static_cast<uint8_t>(~kDtr);
        if (lines != modem_control_) write_modem_control(lines);
        if ((flow_.FlowReplace & SERIAL_AUTO_RECEIVE) != 0) {
            flow_char_ = chars_.XoffChar;
            flow_char_waits_ = true;
            xoff_sent_ = true;
        }
    }
    const bool by_line = rts_is(SERIAL_RTS_HANDSHAKE, flow_) || dtr_is(SERIAL_DTR_HANDSHAKE, flow_);
    receiver_off_ = by_line || count_ == buffer_.size();
    fill();
}

void Uart::release_input() {
    receiver_off_ = false;
    if (input_held_) {
        input_held_ = false;
        uint8_t lines = modem_control_;
        if (rts_is(SERIAL_RTS_HANDSHAKE, flow_)) lines |= kRts;
        if (dtr_is(SERIAL_DTR_HANDSHAKE, flow_)) lines |= kDtr;
        if (lines != modem_control_) write_modem_control(lines);
        if (xoff_sent_) {
            flow_char_ = chars_.XonChar;
            flow_char_waits_ = true;
            xoff_sent_ = false;
        }
    }
    fill();
}

void Uart::note_errors(uint8_t status) {
    ULONG errors = 0;
    if ((status & kOverrun) != 0) {
        errors |= SERIAL_ERROR_OVERRUN;
        ++stats_.SerialOverrunErrorCount;
    }
    if ((status & kBreak) != 0) {
        errors |= SERIAL_ERROR_BREAK;
        events_ |= SERIAL_EV_BREAK;
    } else {  // a break is a framing error and a byte of wrong parity too
        if ((status & kParity) != 0) {
            errors |= SERIAL_ERROR_PARITY;
            ++stats_.ParityErrorCount;
        }
        if ((status & kFraming) != 0) {
            errors |= SERIAL_ERROR_FRAMING;
            ++stats_.FrameErrorCount;
        }
    }
    if (errors == 0) return;
    errors_ |= errors;
    if ((errors & ~SERIAL_ERROR_BREAK) != 0) events_ |= SERIAL_EV_ERR;
    if ((flow_.ControlHandShake & SERIAL_ERROR_ABORT) != 0) abort_ = true;
}

void Uart::store(uint8_t byte) {
    if (count_ == buffer_.size()) {
        errors_ |= SERIAL_ERROR_QUEUEOVERRUN;
        events_ |= SERIAL_EV_ERR;
        ++stats_.BufferOverrunErrorCount;
        if ((flow_.ControlHandShake & SERIAL_ERROR_ABORT) != 0) abort_ = true;
        return;
    }
    buffer_[(first_ + count_) % buffer_.size()] = byte;
    ++count_;
    events_ |= SERIAL_EV_RXCHAR;
    if (byte == chars_.EventChar) events_ |= SERIAL_EV_RXFLAG;
    if (uint64_t{count_} * 10 >= uint64_t{buffer_.size()} * 8) events_ |= SERIAL_EV_RX80FULL;
    if (is_above_limit()) hold_input();
}

void Uart::receive(uint8_t byte, uint8_t status) {
    ++stats_.ReceivedCount;
    ++received_in_all_;
    note_errors(status);
    if ((flow_.ControlHandShake & SERIAL_DSR_SENSITIVITY) != 0 && (modem_status_ & kDsr) == 0)
        return;
    if ((status & kBreak) != 0) {
        if ((flow_.FlowReplace & SERIAL_BREAK_CHAR) != 0) store(chars_.BreakChar);
        return;
    }
    if ((status & (kParity | kFraming)) != 0 && (flow_.FlowReplace & SERIAL_ERROR_CHAR) != 0)
        return store(chars_.ErrorChar);
    if (byte == 0 && (flow_.FlowReplace & SERIAL_NULL_STRIPPING) != 0) return;
    if ((flow_.FlowReplace & SERIAL_AUTO_TRANSMIT) != 0 &&
        (byte == chars_.XoffChar || byte == chars_.XonChar)) {
        return hold_output(byte == chars_.XoffChar);
    }
    store(byte);
}

void Uart::receive_all(int& left) {
    for (; left > 0 && !receiver_off_; --left) {
        const uint8_t status = registers_.read(R::kLineStatus);
        if ((status & kDataReady) == 0) return note_errors(status);
        receive(registers_.read(R::kData), status);
    }
}

}  // namespace rsl::serial

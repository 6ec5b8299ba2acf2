// SPDX-License-Identifier: GPL-2.0-only
// The 16550A's bits, and small questions about flow control. For uart.cpp and uart_receive.cpp
// only.
#pragma once

#include "classes/serial/uart.hpp"

namespace rsl::serial {

using R = Registers;
inline constexpr uint8_t kReceived = 1, kEmpty = 2, kLineChanged = 4,
                         kModemChanged = 8;  // interrupt enable
inline constexpr uint8_t kFifoOn = 0xC1, kFifoReset = 0xC7,
                         kFifoClearInput = 0xC3;                 // interrupts at 14 bytes
inline constexpr uint8_t kDivisorLatch = 0x80, kBreakOn = 0x40;  // line control
inline constexpr uint8_t kDtr = 1, kRts = 2, kOut2 = 8;          // modem control
inline constexpr uint8_t kDataReady = 1, kOverrun = 2, kParity = 4, kFraming = 8, kBreak = 0x10,
                         kHolding = 0x20;  // line status
inline constexpr uint8_t kCtsChanged = 1, kDsrChanged = 2, kRingEnded = 4, kDcdChanged = 8,
                         kCts = 0x10, kDsr = 0x20, kDcd = 0x80;
inline constexpr uint8_t kNothing = 1, kCause = 0x0E, kCauseLine = 6, kCauseData = 4,
                         kCauseTimeout = 0x0C, kCauseEmpty = 2;
inline constexpr uint32_t kFifoBytes = 16;
inline constexpr ULONG kClock = 115200;  // the crystal's frequency, by 16

/// XOFF does not keep an immediate character back; everything else does.
inline bool holds_immediate(ULONG reasons) {
    return (reasons & ~(SERIAL_TX_WAITING_FOR_XON | SERIAL_TX_WAITING_XOFF_SENT)) != 0;
}
inline bool rts_is(ULONG mode, const SERIAL_HANDFLOW& flow) {
    return (flow.FlowReplace & SERIAL_RTS_MASK) == mode;
}
inline bool dtr_is(ULONG mode, const SERIAL_HANDFLOW& flow) {
    return (flow.ControlHandShake & SERIAL_DTR_MASK) == mode;
}

}  // namespace rsl::serial

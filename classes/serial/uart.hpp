// SPDX-License-Identifier: GPL-2.0-only
// A 16550A and what a serial port makes of it: settings, the receive buffer, flow control, special
// characters, errors and events. Knows no IRP and no kernel: registers are an interface, which
// tests fake. One caller at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "abi/types/serial.h"

namespace rsl::serial {

/// The eight registers. With bit 7 of the line control register set, 0 and 1 are the divisor.
class Registers {
  public:
    enum Index : uint8_t {
        kData,
        kInterruptEnable,
        kInterruptId,
        kLineControl,
        kModemControl,
        kLineStatus,
        kModemStatus,
        kScratch
    };
    static constexpr Index kFifoControl = kInterruptId;  // the same, written
    virtual uint8_t read(Index index) = 0;
    virtual void write(Index index, uint8_t value) = 0;

  protected:
    ~Registers() = default;
};

class Uart {
  public:
    explicit Uart(Registers& registers) : registers_(registers) {}

    // ---- Life
    /// Once, when the device starts: quiet, its FIFOs on and empty.
    void prepare();
    /// Programs it as its settings say and lets it interrupt. What the last one left unread is
    /// forgotten; what has come since is in the FIFO, and behind it, on the host.
    void open();
    /// Quiet: no interrupts, DTR and RTS off. The FIFO stays on, and holds the other side up when
    /// it is full.
    void close();
    /// Programs it again as it was, after something else may have changed it.
    void restore();

    // ---- Settings. False: not valid, nothing is changed.
    bool set_baud_rate(ULONG rate);
    bool set_line_control(const SERIAL_LINE_CONTROL& control);
    bool set_chars(const SERIAL_CHARS& chars);
    bool set_handflow(const SERIAL_HANDFLOW& flow);
    /// Whoever leaves a line to the handshake cannot set it.
    bool set_dtr(bool on);
    bool set_rts(bool on);
    void set_break(bool on);
    void set_modem_control(uint8_t value);
    void set_fifo_control(uint8_t value) { registers_.write(Registers::kFifoControl, value); }
    /// As if the other side had sent XOFF or XON.
    void hold_output(bool on);
    ULONG baud_rate() const { return baud_rate_; }
    const SERIAL_LINE_CONTROL& line_control() const { return line_; }
    const SERIAL_CHARS& chars() const { return chars_; }
    const SERIAL_HANDFLOW& handflow() const { return flow_; }
    uint8_t modem_control() const { return modem_control_; }
    uint8_t modem_status();

    // ---- Receiving
    /// Gives it memory to receive into; what is in the old one is moved as far as it fits. The old
    /// one is the caller's again.
    std::span<uint8_t> set_buffer(std::span<uint8_t> memory);
    uint32_t buffer_bytes() const { return static_cast<uint32_t>(buffer_.size()); }
    uint32_t available() const { return count_; }
    uint32_t take(uint8_t* out, uint32_t most);
    void clear_input();

    // ---- Sending
    /// What to send. Stays the caller's, until it is all sent or end_output().
    void begin_output(const uint8_t* bytes, uint32_t count);
    uint32_t output_left() const { return output_left_; }
    void end_output() { output_left_ = 0; }
    /// Goes before everything else. False while another one waits.
    bool send_immediately(uint8_t byte);
    bool immediate_waits() const { return immediate_waits_; }
    void forget_immediate() { immediate_waits_ = false; }
    /// Why nothing is being sent: SERIAL_TX_WAITING_*.
    ULONG hold_reasons() const;

    // ---- Its interrupt
    /// Serves what the device asks for. True when it asks for more than `most` steps could serve.
    bool service(int most);
    /// Events since the last call (SERIAL_EV_*), forgotten with it.
    ULONG take_events();
    void note_event(ULONG event) { events_ |= event; }
    /// SERIAL_ERROR_* since the last call.
    ULONG take_errors();
    /// An error came whose rule is to abort everything; cleared by take_errors().
    bool must_abort() const { return abort_; }
    uint32_t received_in_all() const { return received_in_all_; }
    SERIALPERF_STATS& stats() { return stats_; }

  private:
    void program();
    void write_modem_control(uint8_t value);
    void receive_all(int& left);
    void receive(uint8_t byte, uint8_t line_status);
    void note_errors(uint8_t line_status);
    void store(uint8_t byte);
    void note_modem_status(uint8_t status);
    void fill();
    void enable_interrupts();
    bool is_above_limit() const;
    bool is_below_limit() const;
    void hold_input();
    void release_input();
    bool has_handshake() const;

    Registers& registers_;
    ULONG baud_rate_ = 9600;
    SERIAL_LINE_CONTROL line_ = {STOP_BIT_1, NO_PARITY, 8};
    SERIAL_CHARS chars_ = {0, 0, 0, 0, 0x11, 0x13};
    SERIAL_HANDFLOW flow_ = {SERIAL_DTR_CONTROL, SERIAL_RTS_CONTROL, 0, 0};
    uint8_t line_control_ = 3, modem_control_ = 0, modem_status_ = 0;
    bool open_ = false, break_ = false;

    std::span<uint8_t> buffer_;
    uint32_t first_ = 0, count_ = 0;
    bool input_held_ = false;    // the other side has been told to stop
    bool receiver_off_ = false;  // nothing is taken out of the device any more
    uint8_t flow_char_ = 0;      // XON or XOFF to be sent
    bool flow_char_waits_ = false, xoff_sent_ = false;

    const uint8_t* output_ = nullptr;
    uint32_t output_left_ = 0;
    uint8_t immediate_ = 0;
    bool immediate_waits_ = false;
    bool xoff_received_ = false;

    ULONG events_ = 0, errors_ = 0;
    bool abort_ = false;
    uint32_t received_in_all_ = 0;
    SERIALPERF_STATS stats_ = {};
};

/// The divisor for a rate; 0: no rate of this device is near enough.
uint16_t divisor_of(ULONG rate);
/// The line control register; 0xFF: no valid combination.
uint8_t register_of(const SERIAL_LINE_CONTROL& control);

}  // namespace rsl::serial

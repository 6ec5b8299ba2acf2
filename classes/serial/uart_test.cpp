// SPDX-License-Identifier: GPL-2.0-only
#include "classes/serial/uart.hpp"

#include <deque>
#include <string>

#include "base/testing/test.hpp"

namespace rsl::serial {
namespace {

/// A 16550A, the other side of its line included.
class FakeChip final : public Registers {
  public:
    struct Arrived {
        uint8_t byte, errors;
    };
    uint8_t read(Index index) override {
        if ((lcr & 0x80) != 0 && index <= kInterruptEnable)
            return index == kData ? static_cast<uint8_t>(divisor)
                                  : static_cast<uint8_t>(divisor >> 8);
        switch (index) {
            case kData: {
                if (rx.empty()) return 0;
                const uint8_t byte = rx.front().byte;
                rx.pop_front();
                return byte;
            }
            case kInterruptEnable:
                return ier;
            case kInterruptId:
                if ((ier & 1) != 0 && !rx.empty()) return 0xC4;
                if ((ier & 2) != 0 && room == 16) return 0xC2;
                if ((ier & 8) != 0 && (msr & 0x0F) != 0) return 0xC0;
                return 0xC1;
            case kLineControl:
                return lcr;
            case kModemControl:
                return mcr;
            case kLineStatus:
                return static_cast<uint8_t>((rx.empty() ? 0 : 1 | rx.front().errors) |
                                            (room == 16 ? 0x60 : 0));
            case kModemStatus: {
                const uint8_t now = msr;
                msr &= 0xF0;
                return now;
            }
            default:
                return scratch;
        }
    }
    void write(Index index, uint8_t value) override {
        if ((lcr & 0x80) != 0 && index == kData)
            divisor = static_cast<uint16_t>((divisor & 0xFF00) | value);
        else if ((lcr & 0x80) != 0 && index == kInterruptEnable)
            divisor = static_cast<uint16_t>((divisor & 0xFF) | value << 8);
        else if (index == kData) {
            sent += static_cast<char>(value);
            if (room == 0)
                overfilled = true;
            else
                --room;
        } else if (index == kInterruptEnable)
            ier = value;
        else if (index == kFifoControl) {
            if ((value & 2) != 0) rx.clear();
        } else if (index == kLineControl)
            lcr = value;
        else if (index == kModemControl)
            mcr = value;
        else if (index == kScratch)
            scratch = value;
    }
    void arrive(const std::string& text, uint8_t errors = 0) {
        for (const char c : text) rx.push_back({static_cast<uint8_t>(c), errors});
    }
    void change_lines(uint8_t levels) {
        const uint8_t changed = (msr >> 4) ^ (levels >> 4);
        msr = static_cast<uint8_t>(levels | changed);
    }
    std::deque<Arrived> rx;
    std::string sent;
    uint8_t ier = 0, lcr = 0, mcr = 0, msr = 0xB0, scratch = 0;
    uint16_t divisor = 0;
    int room = 16;  // in the transmitter's FIFO
    bool overfilled = false;
};

struct Fixture {
    FakeChip chip;
    Uart uart{chip};
    uint8_t memory[64] = {};
    Fixture() {
        uart.set_buffer(memory);
        uart.open();
    }
    /// Runs the line until nothing moves any more.
    void run() {
        for (int i = 0; i < 100; ++i) {
            uart.service(1000);
            chip.room = 16;
        }
    }
    std::string take(uint32_t most = 1000) {
        uint8_t out[1000];
        const uint32_t got = uart.take(out, most);
        return {reinterpret_cast<char*>(out), got};
    }
    void flow(ULONG control, ULONG replace, LONG xon = 8, LONG xoff = 8) {
        RSL_EXPECT(uart.set_handflow({control, replace, xon, xoff}));
    }
};

}  // namespace

RSL_TEST(SerialUart, RatesNeedANearDivisor)
{
    RSL_EXPECT_EQ(divisor_of(115200), 1);
    RSL_EXPECT_EQ(divisor_of(9600), 12);
    RSL_EXPECT_EQ(divisor_of(110), 1047);
    RSL_EXPECT_EQ(divisor_of(56000), 2);
    for (const ULONG bad : {0u, 1u, 100000u, 128000u, 115201u, 0xFFFFFFFFu})
        RSL_EXPECT_EQ(divisor_of(bad), 0);
}

RSL_TEST(SerialUart, LineControlsThatThereAre)
{
    RSL_EXPECT_EQ(register_of({STOP_BIT_1, NO_PARITY, 8}), 0x03);
    RSL_EXPECT_EQ(register_of({STOP_BITS_2, EVEN_PARITY, 7}), 0x1E);
    RSL_EXPECT_EQ(register_of({STOP_BITS_1_5, MARK_PARITY, 5}), 0x2C);
    RSL_EXPECT_EQ(register_of({STOP_BIT_1, SPACE_PARITY, 6}), 0x39);
    const SERIAL_LINE_CONTROL bad[] = {{STOP_BIT_1, NO_PARITY, 4},  {STOP_BIT_1, NO_PARITY, 9},
                                       {STOP_BITS_2, NO_PARITY, 5}, {STOP_BITS_1_5, NO_PARITY, 8},
                                       {3, NO_PARITY, 8},           {STOP_BIT_1, 5, 8}};
    for (const auto& each : bad) RSL_EXPECT_EQ(register_of(each), 0xFF);
}

RSL_TEST(SerialUart, OpeningProgramsTheChip)
{
    Fixture f;
    RSL_EXPECT_EQ(f.chip.divisor, 12);
    RSL_EXPECT_EQ(f.chip.lcr, 3);
    RSL_EXPECT_EQ(f.chip.mcr, 0x0B);  // DTR, RTS, and interrupts out
    RSL_EXPECT_EQ(f.chip.ier, 0x0D);  // nothing to send yet
    RSL_EXPECT(f.uart.set_baud_rate(57600));
    RSL_EXPECT(f.chip.divisor == 2 && f.chip.ier == 0x0D && f.chip.lcr == 3);
    f.uart.close();
    RSL_EXPECT(f.chip.ier == 0 && f.chip.mcr == 0);
}

RSL_TEST(SerialUart, SendsAFifoAtATime)
{
    Fixture f;
    const std::string text(50, 'z');
    f.uart.begin_output(reinterpret_cast<const uint8_t*>(text.data()), 50);
    RSL_EXPECT_EQ(f.chip.sent.size(), 16u);
    RSL_EXPECT_EQ(f.chip.ier, 0x0F);
    f.run();
    RSL_EXPECT(f.chip.sent == text && !f.chip.overfilled);
    RSL_EXPECT_EQ(f.uart.output_left(), 0u);
    RSL_EXPECT_EQ(f.chip.ier, 0x0D);
    RSL_EXPECT_EQ(f.uart.stats().TransmittedCount, 50u);
}

RSL_TEST(SerialUart, ReceivesInOrderAroundTheEndOfTheBuffer)
{
    Fixture f;
    for (int i = 0; i < 10; ++i) {
        f.chip.arrive("abcdefghijklmnopqrstuvwxyz");
        f.run();
        RSL_EXPECT(f.take(10) == "abcdefghij");
        RSL_EXPECT(f.take() == "klmnopqrstuvwxyz");
    }
    RSL_EXPECT_EQ(f.uart.stats().ReceivedCount, 260u);
}

RSL_TEST(SerialUart, WhatDoesNotFitIsAnOverrun)
{
    Fixture f;
    f.chip.arrive(std::string(70, 'x'));
    f.run();
    RSL_EXPECT_EQ(f.uart.available(), 64u);
    RSL_EXPECT_EQ(f.uart.stats().BufferOverrunErrorCount, 6u);
    RSL_EXPECT_EQ(f.uart.take_errors(), SERIAL_ERROR_QUEUEOVERRUN);
    RSL_EXPECT_EQ(f.uart.take_errors(), 0u);
}

RSL_TEST(SerialUart, EventsAreNotedOnce)
{
    Fixture f;
    RSL_EXPECT(f.uart.set_chars({0, 0, 0, '!', 0x11, 0x13}));
    f.chip.arrive("hi");
    f.run();
    RSL_EXPECT_EQ(f.uart.take_events(), SERIAL_EV_RXCHAR);
    f.chip.arrive("!");
    f.chip.change_lines(0xA0);  // CTS off
    f.run();
    RSL_EXPECT_EQ(f.uart.take_events(), SERIAL_EV_RXCHAR | SERIAL_EV_RXFLAG | SERIAL_EV_CTS);
    f.chip.arrive(std::string(50, 'x'));
    f.run();
    RSL_EXPECT((f.uart.take_events() & SERIAL_EV_RX80FULL) != 0);
    RSL_EXPECT_EQ(f.uart.take_events(), 0u);
}

RSL_TEST(SerialUart, LineErrorsAndWhatStandsForThem)
{
    Fixture f;
    f.uart.set_chars({0, 'E', 'B', 0, 0x11, 0x13});
    f.flow(0, SERIAL_ERROR_CHAR | SERIAL_BREAK_CHAR | SERIAL_NULL_STRIPPING);
    f.chip.arrive("p", 0x04);
    f.chip.arrive("f", 0x08);
    f.chip.arrive(std::string(1, '\0'), 0x18);  // a break
    f.chip.arrive(std::string(1, '\0'));
    f.chip.arrive("o", 0x02);
    f.run();
    RSL_EXPECT(f.take() == "EEBo");
    RSL_EXPECT_EQ(f.uart.take_errors(), SERIAL_ERROR_PARITY | SERIAL_ERROR_FRAMING |
                                            SERIAL_ERROR_BREAK | SERIAL_ERROR_OVERRUN);
    RSL_EXPECT((f.uart.take_events() & (SERIAL_EV_ERR | SERIAL_EV_BREAK)) ==
               (SERIAL_EV_ERR | SERIAL_EV_BREAK));
    RSL_EXPECT(f.uart.stats().ParityErrorCount == 1 && f.uart.stats().FrameErrorCount == 1 &&
               f.uart.stats().SerialOverrunErrorCount == 1);
}

RSL_TEST(SerialUart, AnErrorAbortsOnlyByRule)
{
    Fixture f;
    f.chip.arrive("p", 0x04);
    f.run();
    RSL_EXPECT(!f.uart.must_abort());
    f.flow(SERIAL_ERROR_ABORT, 0);
    f.chip.arrive("p", 0x04);
    f.run();
    RSL_EXPECT(f.uart.must_abort());
    f.uart.take_errors();
    RSL_EXPECT(!f.uart.must_abort());
}

RSL_TEST(SerialUart, RtsHandshakeStopsTheOtherSideAndTheReceiver)
{
    Fixture f;
    f.flow(SERIAL_DTR_CONTROL, SERIAL_RTS_HANDSHAKE, 8, 16);
    RSL_EXPECT_EQ(f.chip.mcr & 3, 3);
    f.chip.arrive(std::string(60, 'x'));
    f.run();
    RSL_EXPECT_EQ(f.uart.available(), 48u);  // sixteen left free
    RSL_EXPECT_EQ(f.chip.mcr & 2, 0);
    RSL_EXPECT_EQ(f.chip.ier & 1, 0);
    RSL_EXPECT_EQ(f.chip.rx.size(), 12u);  // stays in the device
    f.take(30);
    RSL_EXPECT_EQ(f.chip.mcr & 2, 0);  // not below the limit yet
    f.take(10);
    RSL_EXPECT_EQ(f.chip.mcr & 2, 2);
    f.run();
    RSL_EXPECT_EQ(f.uart.available(), 20u);
    RSL_EXPECT_EQ(f.uart.take_errors(), 0u);
    RSL_EXPECT(!f.uart.set_rts(false));  // the handshake's
    RSL_EXPECT(f.uart.set_dtr(false));
}

RSL_TEST(SerialUart, XoffAndXonAreSentAtTheLimits)
{
    Fixture f;
    f.flow(SERIAL_DTR_CONTROL, SERIAL_RTS_CONTROL | SERIAL_AUTO_RECEIVE, 8, 16);
    f.chip.arrive(std::string(50, 'x'));
    f.run();
    RSL_EXPECT(f.chip.sent == "\x13");
    RSL_EXPECT_EQ(f.uart.hold_reasons(), SERIAL_TX_WAITING_XOFF_SENT);
    RSL_EXPECT_EQ(f.uart.available(), 50u);  // what comes all the same has room
    f.take(45);
    f.run();
    RSL_EXPECT(f.chip.sent == "\x13\x11");
    RSL_EXPECT_EQ(f.uart.hold_reasons(), 0u);
}

RSL_TEST(SerialUart, XoffFromTheOtherSideHoldsOutput)
{
    Fixture f;
    f.flow(SERIAL_DTR_CONTROL, SERIAL_RTS_CONTROL | SERIAL_AUTO_TRANSMIT);
    f.chip.arrive("a\x13");
    f.run();
    RSL_EXPECT(f.take() == "a");  // the character itself is nobody's data
    f.uart.begin_output(reinterpret_cast<const uint8_t*>("data"), 4);
    f.run();
    RSL_EXPECT(f.chip.sent.empty() && f.uart.hold_reasons() == SERIAL_TX_WAITING_FOR_XON);
    RSL_EXPECT(f.uart.send_immediately('!'));
    f.run();
    RSL_EXPECT(f.chip.sent == "!");  // goes all the same
    f.chip.arrive("\x11");
    f.run();
    RSL_EXPECT(f.chip.sent == "!data");
}

RSL_TEST(SerialUart, CtsHoldsOutputUntilItComes)
{
    Fixture f;
    f.flow(SERIAL_DTR_CONTROL | SERIAL_CTS_HANDSHAKE, SERIAL_RTS_CONTROL);
    f.chip.change_lines(0xA0);
    f.run();
    f.uart.begin_output(reinterpret_cast<const uint8_t*>("data"), 4);
    RSL_EXPECT(f.uart.send_immediately('!') && !f.uart.send_immediately('?'));
    f.run();
    RSL_EXPECT(f.chip.sent.empty() && f.uart.hold_reasons() == SERIAL_TX_WAITING_FOR_CTS);
    f.chip.change_lines(0xB0);
    f.run();
    RSL_EXPECT(f.chip.sent == "!data");
}

RSL_TEST(SerialUart, ABreakHoldsOutput)
{
    Fixture f;
    f.uart.set_break(true);
    RSL_EXPECT_EQ(f.chip.lcr, 0x43);
    f.uart.begin_output(reinterpret_cast<const uint8_t*>("d"), 1);
    f.run();
    RSL_EXPECT(f.chip.sent.empty());
    f.uart.set_break(false);
    f.run();
    RSL_EXPECT(f.chip.sent == "d" && f.chip.lcr == 3);
}

RSL_TEST(SerialUart, RtsTogglesWithTransmission)
{
    Fixture f;
    f.flow(SERIAL_DTR_CONTROL, SERIAL_TRANSMIT_TOGGLE);
    RSL_EXPECT_EQ(f.chip.mcr & 2, 0);
    const std::string text(20, 'z');
    f.uart.begin_output(reinterpret_cast<const uint8_t*>(text.data()), 20);
    RSL_EXPECT_EQ(f.chip.mcr & 2, 2);
    f.run();
    RSL_EXPECT_EQ(f.chip.mcr & 2, 0);
}

RSL_TEST(SerialUart, FlowControlThatMakesNoSenseIsRefused)
{
    Fixture f;
    RSL_EXPECT(!f.uart.set_handflow({SERIAL_DTR_MASK, 0, 0, 0}));
    RSL_EXPECT(!f.uart.set_handflow({0x80, 0, 0, 0}));
    RSL_EXPECT(!f.uart.set_handflow({0, 0x20, 0, 0}));
    RSL_EXPECT(!f.uart.set_handflow({0, 0, -1, 0}));
    RSL_EXPECT(!f.uart.set_handflow({0, 0, 0, 65}));
    RSL_EXPECT(!f.uart.set_chars({0, 0, 0, 0, 5, 5}));
}

RSL_TEST(SerialUart, ABiggerBufferKeepsWhatIsThere)
{
    Fixture f;
    f.chip.arrive("0123456789");
    f.run();
    f.take(4);
    uint8_t bigger[128];
    RSL_EXPECT(f.uart.set_buffer(bigger).data() == f.memory);
    RSL_EXPECT(f.take() == "456789");
    RSL_EXPECT_EQ(f.uart.handflow().XoffLimit, 16);
}

RSL_TEST(SerialUart, ServesAtMostWhatItIsAllowedTo)
{
    Fixture f;
    f.chip.arrive(std::string(40, 'x'));
    RSL_EXPECT(f.uart.service(10));
    RSL_EXPECT(f.uart.available() <= 10);
    RSL_EXPECT(!f.uart.service(1000));
}

RSL_TEST(SerialUart, WhatCameWhileItWasClosedIsThere)
{
    Fixture f;
    f.chip.arrive("unread");
    f.run();
    f.uart.close();
    f.chip.arrive("early");
    f.run();
    RSL_EXPECT_EQ(f.uart.available(), 6u);  // nobody takes it out
    f.uart.open();
    f.run();
    RSL_EXPECT(f.take() == "early");
}

}  // namespace rsl::serial

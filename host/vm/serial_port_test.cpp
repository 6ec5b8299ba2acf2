// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/serial_port.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/testing/test.hpp"

using namespace rsl;
using namespace rsl::vm;

namespace {

constexpr int kPatienceMs = 5000;

/// Exactly this many bytes, or what came before patience ended.
std::string read_some(int fd, size_t bytes) {
    std::string text;
    while (text.size() < bytes) {
        pollfd ready{fd, POLLIN, 0};
        if (::poll(&ready, 1, kPatienceMs) <= 0) return text;
        char buffer[4096];
        const ssize_t got = ::read(fd, buffer, std::min(sizeof(buffer), bytes - text.size()));
        if (got <= 0) return text;
        text.append(buffer, static_cast<size_t>(got));
    }
    return text;
}
void write_all(int fd, const std::string& text) {
    for (size_t at = 0; at < text.size();) {
        const ssize_t put = ::write(fd, text.data() + at, text.size() - at);
        if (put <= 0) return;
        at += static_cast<size_t>(put);
    }
}

/// A port, with us in QEMU's place.
struct Fixture {
    HostResult<SerialPort> port = SerialPort::create("test");
    UniqueFd guest;
    bool start() {
        if (!port) return false;
        guest = UniqueFd(::dup(port->qemu_fd()));
        port->close_qemu_fd();
        return bool(port->start());
    }
    UniqueFd open_terminal() const {
        return UniqueFd(::open(port->path().c_str(), O_RDWR | O_NOCTTY));
    }
    /// Once something arrives, the thread knows that the terminal is open.
    bool meets(int terminal) {
        write_all(terminal, "?");
        return read_some(guest.get(), 1) == "?";
    }
};

}  // namespace

RSL_TEST(SerialPort, HasANameOfItsOwnOrOnes)
{
    const auto given = parse_serial("gps=pty", 0), made = parse_serial("pty", 1);
    RSL_EXPECT(given && *given == "gps");
    RSL_EXPECT(made && *made == "serial1");
    for (const char* wrong : {"", "tcp", "a=b", "=pty", "a b=pty", "../x=pty"})
        RSL_EXPECT(!parse_serial(wrong, 0));
}

RSL_TEST(SerialPort, CarriesEveryByteBothWays)
{
    Fixture f;
    RSL_REQUIRE(f.start());
    const UniqueFd terminal = f.open_terminal();
    RSL_REQUIRE(bool(terminal) && f.meets(terminal.get()));
    std::string all;
    for (int i = 0; i < 256; ++i)
        all += static_cast<char>(i);  // ^C, ^D, ^Q, ^S, CR, LF and all others
    write_all(f.guest.get(), all);
    RSL_EXPECT(read_some(terminal.get(), all.size()) == all);
    write_all(terminal.get(), all);
    RSL_EXPECT(read_some(f.guest.get(), all.size()) == all);
}

RSL_TEST(SerialPort, LosesNothingThatSomebodyIsThereToRead)
{
    Fixture f;
    RSL_REQUIRE(f.start());
    const UniqueFd terminal = f.open_terminal();
    RSL_REQUIRE(bool(terminal) && f.meets(terminal.get()));
    std::string much(300'000, 'x');
    for (size_t i = 0; i < much.size(); ++i) much[i] = static_cast<char>(i * 7);
    std::thread writer([&] { write_all(f.guest.get(), much); });
    RSL_EXPECT(read_some(terminal.get(), much.size()) == much);
    writer.join();
}

RSL_TEST(SerialPort, WhatNobodyReadsIsLostAndTheNextOneIsServed)
{
    Fixture f;
    RSL_REQUIRE(f.start());
    write_all(f.guest.get(), std::string(1'000'000, 'l'));  // would block if it were kept
    for (int round = 0; round < 3; ++round) {
        const UniqueFd terminal = f.open_terminal();
        RSL_REQUIRE(bool(terminal) && f.meets(terminal.get()));
        write_all(f.guest.get(), "here");
        std::string got = read_some(terminal.get(), 4);
        while (!got.ends_with("here") &&
               got.size() < 1'100'000) {  // the last of what was under way may still come
            const std::string more = read_some(terminal.get(), 1);
            if (more.empty()) break;
            got += more;
        }
        RSL_EXPECT(got.ends_with("here"));
        write_all(terminal.get(), "bye");
        RSL_EXPECT(read_some(f.guest.get(), 3) == "bye");
    }
}

RSL_TEST(SerialPort, EndsWithItsOwner)
{
    Fixture f;
    RSL_REQUIRE(f.start());
    const UniqueFd terminal = f.open_terminal();
    RSL_EXPECT(f.meets(terminal.get()));
    f.guest = UniqueFd();  // QEMU is gone; the destructor must not wait for ever
}

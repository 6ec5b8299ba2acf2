// SPDX-License-Identifier: GPL-2.0-only
// A serial port of a VM as a pseudo terminal of the host. The VM's UART is QEMU's, at the other end
// of a socket; between the two a thread carries bytes. The terminal is not QEMU's own: QEMU sees no
// /dev, and its pseudo terminals lose what is sent before somebody looks.
//
//   guest ── 16550A ── QEMU ── socket ── SerialPort's thread ── master | slave: /dev/pts/N ── a
//   program of the host
//
// While nobody has the terminal open, what the guest sends is lost, as on a cable that leads
// nowhere. Somebody who is there and does not read holds the guest's transmitter up; so does a
// guest that does not read its receiver, the other way.
#pragma once

#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/posix/error.hpp"
#include "base/posix/unique_fd.hpp"

namespace rsl::vm {

/// COM1 of the machine is the kernel's console; there are two more places.
inline constexpr size_t kMaxSerialPorts = 2;

/// [NAME=]pty: the name for people, such as "gps"; "serial0" and so on when there is none.
HostResult<std::string> parse_serial(std::string_view text, size_t index);

/// QEMU's arguments for port `index`, whose socket it has as `fd`.
std::vector<std::string> serial_arguments(size_t index, int fd);

class SerialPort {
  public:
    static HostResult<SerialPort> create(const std::string& name);
    SerialPort() = default;
    SerialPort(SerialPort&&) noexcept = default;
    SerialPort& operator=(SerialPort&&) = delete;
    ~SerialPort();

    const std::string& name() const { return name_; }
    /// Of the terminal: /dev/pts/N.
    const std::string& path() const { return path_; }
    /// The socket's end that is for QEMU. To be closed here once QEMU has it.
    int qemu_fd() const { return qemu_.get(); }
    void close_qemu_fd() { qemu_ = UniqueFd(); }
    /// Carries bytes from now on, until the socket's other end or this object goes.
    HostResult<void> start();

  private:
    std::string name_, path_;
    UniqueFd master_, socket_, qemu_, opened_, stop_;
    std::thread thread_;
};

}  // namespace rsl::vm

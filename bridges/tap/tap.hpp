// SPDX-License-Identifier: GPL-2.0-only
// A Linux TAP interface: Ethernet frames by read() and write(); or a TUN interface, which has IP
// packets and no address of its own. It lives as long as its descriptor.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/posix/error.hpp"
#include "base/posix/unique_fd.hpp"
#include "host/vm/tap.hpp"

namespace rsl::tap {

class Tap {
  public:
    /// Makes one, or attaches to one that lasts and that this user may use. `name` may hold "%d":
    /// the lowest free number.
    static HostResult<Tap> open(const std::string& name, vm::Frames frames);
    /// One that is open already.
    static HostResult<Tap> adopt(UniqueFd fd, std::string name);

    const std::string& name() const { return name_; }
    int fd() const { return fd_.get(); }

    HostResult<void> set_address(const std::array<uint8_t, 6>& address);
    HostResult<void> set_mtu(uint32_t mtu);
    /// What Linux says of it; zeros when it says nothing.
    std::array<uint8_t, 6> address() const;
    uint32_t mtu() const;
    enum class State { kUp, kAsItIs };
    HostResult<void> bring_up();
    /// Whether Linux sees a cable.
    void set_carrier(bool on);

    enum class Outcome { kDone, kEmpty, kGone };  // kGone: somebody deleted the interface
    struct Got {
        Outcome outcome;
        size_t bytes = 0;
    };
    Got read(std::span<std::byte> room);
    /// False: Linux did not take it.
    bool write(std::span<const std::byte> frame);

  private:
    Tap(UniqueFd fd, UniqueFd control, std::string name)
        : fd_(std::move(fd)), control_(std::move(control)), name_(std::move(name)) {}
    Error cannot(const char* what, const std::string& by_hand) const;

    UniqueFd fd_, control_;
    std::string name_;
};

}  // namespace rsl::tap

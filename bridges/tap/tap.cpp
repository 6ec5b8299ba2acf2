// SPDX-License-Identifier: GPL-2.0-only
#include "bridges/tap/tap.hpp"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/core/result.hpp"

namespace rsl::tap {
namespace {

ifreq request_for(const std::string& name) {
    ifreq request{};
    std::memcpy(request.ifr_name, name.data(), std::min(name.size(), sizeof(request.ifr_name) - 1));
    return request;
}

}  // namespace

HostResult<Tap> Tap::open(const std::string& name, vm::Frames frames) {
    vm::TapInterface made = RSL_TRY(vm::open_tap(name, frames));
    return adopt(std::move(made.fd), std::move(made.name));
}

HostResult<Tap> Tap::adopt(UniqueFd fd, std::string name) {
    UniqueFd control(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!control) return Error::from_errno("make a socket");
    return Tap(std::move(fd), std::move(control), std::move(name));
}

std::array<uint8_t, 6> Tap::address() const {
    std::array<uint8_t, 6> address{};
    ifreq request = request_for(name_);
    if (::ioctl(control_.get(), SIOCGIFHWADDR, &request) == 0) std::memcpy(address.data(), request.ifr_hwaddr.sa_data, address.size());
    return address;
}

uint32_t Tap::mtu() const {
    ifreq request = request_for(name_);
    return ::ioctl(control_.get(), SIOCGIFMTU, &request) == 0 ? static_cast<uint32_t>(request.ifr_mtu) : 0;
}

Error Tap::cannot(const char* what, const std::string& by_hand) const {
    if (errno == EPERM)
        return Error("no permission to " + std::string(what) + " of " + name_ +
                     "; have root do it: " + by_hand);
    return Error::from_errno(std::string(what) + " of " + name_);
}

HostResult<void> Tap::set_address(const std::array<uint8_t, 6>& address) {
    ifreq request = request_for(name_);
    request.ifr_hwaddr.sa_family = ARPHRD_ETHER;
    std::memcpy(request.ifr_hwaddr.sa_data, address.data(), address.size());
    // By the TAP's own descriptor, which needs no rights beyond it.
    if (::ioctl(fd_.get(), SIOCSIFHWADDR, &request) < 0)
        return cannot("set the address", "ip link set " + name_ + " address ...");
    return {};
}

HostResult<void> Tap::set_mtu(uint32_t mtu) {
    ifreq request = request_for(name_);
    if (::ioctl(control_.get(), SIOCGIFMTU, &request) == 0 &&
        request.ifr_mtu == static_cast<int>(mtu))
        return {};
    request.ifr_mtu = static_cast<int>(mtu);
    if (::ioctl(control_.get(), SIOCSIFMTU, &request) < 0)
        return cannot("set the MTU", "ip link set " + name_ + " mtu " + std::to_string(mtu));
    return {};
}

HostResult<void> Tap::bring_up() {
    ifreq request = request_for(name_);
    if (::ioctl(control_.get(), SIOCGIFFLAGS, &request) < 0)
        return Error::from_errno("look at " + name_);
    if ((request.ifr_flags & IFF_UP) != 0) return {};
    request.ifr_flags |= IFF_UP;
    if (::ioctl(control_.get(), SIOCSIFFLAGS, &request) < 0)
        return cannot("change the state", "ip link set " + name_ + " up");
    return {};
}

void Tap::set_carrier(bool on) {
    int carrier = on ? 1 : 0;
    (void)::ioctl(fd_.get(), TUNSETCARRIER, &carrier);  // Linux before 5.0 cannot: always on
}

Tap::Got Tap::read(std::span<std::byte> room) {
    for (;;) {
        const ssize_t got = ::read(fd_.get(), room.data(), room.size());
        if (got > 0) return {Outcome::kDone, static_cast<size_t>(got)};
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) return {Outcome::kEmpty};
        return {Outcome::kGone};
    }
}

bool Tap::write(std::span<const std::byte> frame) {
    for (;;) {
        const ssize_t put = ::write(fd_.get(), frame.data(), frame.size());
        if (put >= 0) return true;
        if (errno != EINTR) return false;  // EIO: the interface is down
    }
}

}  // namespace rsl::tap

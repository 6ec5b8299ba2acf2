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

bool is_name(const std::string& name) {
    return !name.empty() && name.size() < IFNAMSIZ && name != "." && name != ".." &&
           std::none_of(
               name.begin(), name.end(),
               [](unsigned char c) { return c <= ' ' || c == '/' || c == ':' || c == 0x7F; });
}

Error cannot_open() {
    if (errno == ENOENT || errno == ENODEV || errno == ENXIO)
        return Error("this Linux has no TAP interfaces (/dev/net/tun); as root: modprobe tun");
    if (errno == EACCES || errno == EPERM)
        return Error(
            "no permission to open /dev/net/tun; run 'rsl net up' as root, or give your "
            "user access to that file");
    return Error::from_errno("open /dev/net/tun");
}

Error cannot_attach(const std::string& name) {
    if (errno == EPERM)
        return Error(
            "no permission to make a TAP interface: it takes CAP_NET_ADMIN. Run 'rsl net up' as "
            "root, or have root make one for you, 'ip tuntap add dev NAME mode tap user YOU && ip "
            "link set NAME up', and give --tap NAME");
    if (errno == EBUSY)
        return Error::wrong_use("the interface " + name +
                                " is in use by another program; choose another name with --tap");
    if (errno == EINVAL)
        return Error::wrong_use("there is an interface " + name +
                                " that is no TAP interface; choose another name with --tap");
    return Error::from_errno("make the interface " + name);
}

}  // namespace

HostResult<Tap> Tap::open(const std::string& name) {
    if (!is_name(name))
        return Error::wrong_use("'" + name +
                                "' is no name for a network interface: up to 15 characters, "
                                "without spaces, '/' and ':'");
    UniqueFd fd(::open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK));
    if (!fd) return cannot_open();
    UniqueFd control(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!control) return Error::from_errno("make a socket");
    ifreq request = request_for(name);
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    if (::ioctl(fd.get(), TUNSETIFF, &request) < 0) return cannot_attach(name);
    return Tap(std::move(fd), std::move(control), request.ifr_name);
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

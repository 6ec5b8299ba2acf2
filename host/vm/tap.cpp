// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/tap.hpp"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace rsl::vm {
namespace {

Error cannot_open() {
    if (errno == ENOENT || errno == ENODEV || errno == ENXIO)
        return Error("this Linux has no TAP interfaces (/dev/net/tun); as root: modprobe tun");
    if (errno == EACCES || errno == EPERM)
        return Error("no permission to open /dev/net/tun; run this as root, or give your user access to that file");
    return Error::from_errno("open /dev/net/tun");
}

Error cannot_attach(const std::string& name, Frames frames) {
    const std::string kind = frames == Frames::kIp ? "TUN" : "TAP", mode = frames == Frames::kIp ? "tun" : "tap";
    if (errno == EPERM)
        return Error("no permission to make a " + kind + " interface, or to use " + name +
                     ": it takes CAP_NET_ADMIN. Have root make one for you, 'ip tuntap add dev NAME mode " + mode +
                     " user YOU && ip link set NAME up', and name that; or run the VM and this as root");
    if (errno == EBUSY)
        return Error::wrong_use("the " + kind + " interface " + name + " is in use by another program; stop that, or name another one");
    if (errno == EINVAL)
        return Error::wrong_use("the network interface " + name + " is no " + kind + " interface; name one that is, or one that is not there yet");
    return Error::from_errno("attach to the " + kind + " interface " + name);
}

}  // namespace

bool is_interface_name(std::string_view name) {
    return !name.empty() && name.size() < IFNAMSIZ && name != "." && name != ".." &&
           std::none_of(name.begin(), name.end(), [](unsigned char c) { return c <= ' ' || c == '/' || c == ':' || c == 0x7F; });
}

HostResult<TapInterface> open_tap(const std::string& name, Frames frames) {
    if (!is_interface_name(name))
        return Error::wrong_use("'" + name + "' is no name for a network interface: up to 15 characters, without spaces, '/' and ':'");
    UniqueFd tap(::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
    if (!tap) return cannot_open();
    ifreq request{};
    request.ifr_flags = static_cast<short>((frames == Frames::kIp ? IFF_TUN : IFF_TAP) | IFF_NO_PI);
    std::memcpy(request.ifr_name, name.data(), name.size());
    if (::ioctl(tap.get(), TUNSETIFF, &request) < 0) return cannot_attach(name, frames);
    return TapInterface{std::move(tap), request.ifr_name};
}

}  // namespace rsl::vm

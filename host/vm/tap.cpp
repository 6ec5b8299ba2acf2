// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/tap.hpp"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>

namespace rsl::vm {

HostResult<UniqueFd> open_tap(const std::string& name) {
    UniqueFd tap(::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
    if (!tap) {
        return Error("cannot open /dev/net/tun for the TAP interface " + name + ": " +
                     std::strerror(errno) + "; load the module with: sudo modprobe tun");
    }
    ifreq request{};
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    std::strncpy(request.ifr_name, name.c_str(), IFNAMSIZ - 1);
    if (::ioctl(tap.get(), TUNSETIFF, &request) == 0) return tap;
    const int why = errno;
    if (why == EBUSY)
        return Error("the TAP interface " + name +
                     " is in use; stop what uses it, or name another one");
    if (why == EPERM) {
        return Error("not allowed to use the TAP interface " + name +
                     "; make it yours with: sudo ip tuntap add dev " + name +
                     " mode tap user $USER");
    }
    if (why == EINVAL)
        return Error("the network interface " + name +
                     " is no TAP interface; name one that is, or one that is not there yet");
    return Error("cannot attach to the TAP interface " + name + ": " + std::strerror(why));
}

}  // namespace rsl::vm

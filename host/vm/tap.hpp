// SPDX-License-Identifier: GPL-2.0-only
// TAP and TUN interfaces of the network namespace that we run in: the cable's end of an adapter of QEMU's,
// which gets the open descriptor and nothing else, and what a bridge makes of an adapter.
#pragma once

#include <string>
#include <string_view>

#include "base/posix/error.hpp"
#include "base/posix/unique_fd.hpp"

namespace rsl::vm {

/// Whether Linux takes it: up to 15 characters, without spaces, '/' and ':'.
bool is_interface_name(std::string_view name);

struct TapInterface {
    UniqueFd fd;
    std::string name;  // the kernel's choice, if it was asked for "rsl%d"
};
/// Ethernet frames (TAP), or IP packets (TUN).
enum class Frames { kEthernet, kIp };
/// Attaches to such an interface; makes it, until the descriptor is closed, when there is none and we
/// may.
HostResult<TapInterface> open_tap(const std::string& name, Frames frames = Frames::kEthernet);

}  // namespace rsl::vm

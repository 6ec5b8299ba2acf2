// SPDX-License-Identifier: GPL-2.0-only
// Devices as people read them.
#pragma once

#include "host/cli/installer.hpp"
#include "host/cli/output.hpp"

namespace rsl::cli {

/// "memory fe000000+100000, line 11 (vector 0x80)" of a device's JSON; empty when it has none.
std::string resources_text(const Json& device);
/// "Started", or the state with the problem and what to do about it.
std::string state_text(const DeviceLine& device);
void show_installed(const Package& package, const Installed& installed, Output& out);
/// `rsl tree devices`.
void show_device_tree(const std::vector<DeviceLine>& devices, Output& out);

}  // namespace rsl::cli

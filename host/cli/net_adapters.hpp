// SPDX-License-Identifier: GPL-2.0-only
// The network adapters of a VM, as rslnet.sys knows them (abi/private/rsl_net.h).
#pragma once

#include <string>
#include <vector>

#include "host/cli/vm_client.hpp"

namespace rsl::cli {

struct NetAdapter {
    uint32_t index = 0;
    bool running = false;
    std::string guid;     // "{...}"
    std::string service;  // the miniport's
    bool ip = false;      // its frames are IP packets: its interface is a TUN
    std::string device;   // its instance path; empty when its interface is gone
};

/// Every adapter; loads rslnet.sys first if need be.
HostResult<std::vector<NetAdapter>> net_adapters(VmClient& vm);
/// The running one that `name` means: its device, its GUID, or a service with one adapter.
HostResult<NetAdapter> find_adapter(VmClient& vm, const std::string& name);

}  // namespace rsl::cli

// SPDX-License-Identifier: GPL-2.0-only
#include "host/cli/net_bridges.hpp"

#include <algorithm>

namespace rsl::cli {

std::vector<net::Bridge> bridges_of(const Invocation& call) {
    std::vector<net::Bridge> chosen;
    for (auto& bridge : net::running_bridges()) {
        if (!call.has("vm") || bridge.text("vm") == vm_name(call))
            chosen.push_back(std::move(bridge));
    }
    return chosen;
}

HostResult<const net::Bridge*> the_bridge(const std::vector<net::Bridge>& all,
                                          const std::string& name) {
    const auto is_meant = [&](const net::Bridge& bridge) { return net::is_named(bridge, name); };
    const auto bridge = std::find_if(all.begin(), all.end(), is_meant);
    if (bridge == all.end()) return no_such_bridge(name, all);
    // Network namespaces each have their own rsl0, VMs each their own devices.
    if (std::count_if(all.begin(), all.end(), is_meant) > 1)
        return Error::wrong_use("several bridges are named " + name +
                                "; give the device, and --vm");
    return &*bridge;
}

Error no_such_bridge(const std::string& name, const std::vector<net::Bridge>& all) {
    std::string known;
    for (const auto& bridge : all)
        known +=
            (known.empty() ? "" : ", ") + bridge.text("tap") + " (" + bridge.text("device") + ")";
    if (known.empty())
        return Error::wrong_use("there is no bridge " + name +
                                ", nor any other; 'rsl net up' makes one");
    return Error::wrong_use("there is no bridge " + name + "; there are: " + known);
}

}  // namespace rsl::cli

// SPDX-License-Identifier: GPL-2.0-only
// The bridge that a verb means (host/net/bridges.hpp).
#pragma once

#include <string>
#include <vector>

#include "host/cli/vm_client.hpp"
#include "host/net/bridges.hpp"

namespace rsl::cli {

/// The bridges of the VM that --vm names, or of all.
std::vector<net::Bridge> bridges_of(const Invocation& call);
/// The only one of that name, by its interface or its device.
HostResult<const net::Bridge*> the_bridge(const std::vector<net::Bridge>& all,
                                          const std::string& name);
/// Says which there are.
Error no_such_bridge(const std::string& name, const std::vector<net::Bridge>& all);

}  // namespace rsl::cli

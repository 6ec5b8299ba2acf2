// SPDX-License-Identifier: GPL-2.0-only
// Where a VM that has a name keeps what outlives it: its C: and its registry.
#pragma once

#include <string>

#include "base/posix/error.hpp"

namespace rsl::cli {

struct StateFolders {
    std::string drive_c, registry;
};

/// $XDG_STATE_HOME/rsl/NAME/drive_c and .../registry ($XDG_STATE_HOME is ~/.local/state if not set), made
/// if need be, for the user alone. A new C: gets the folders that drivers expect.
HostResult<StateFolders> state_folders_of(const std::string& vm_name);

}  // namespace rsl::cli

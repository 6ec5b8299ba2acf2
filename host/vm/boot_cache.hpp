// SPDX-License-Identifier: GPL-2.0-only
// Small facts that hold until the next boot of this machine: $XDG_CACHE_HOME/rsl/NAME, a line with
// the boot's id and the fact. Losing or not writing one costs time, never correctness.
#pragma once

#include <optional>
#include <string>

namespace rsl::vm {

std::optional<std::string> cached_since_boot(const std::string& name);
void cache_until_boot(const std::string& name, const std::string& fact);

}  // namespace rsl::vm

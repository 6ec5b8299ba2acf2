// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string_view>

#include "kernel/ke/inspect.hpp"

namespace rsl::ke {

/// Writes the state at a path, or for a folder the paths below it. False when there is neither.
bool inspect(std::string_view path, JsonWriter& out);

}  // namespace rsl::ke

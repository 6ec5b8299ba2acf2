// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdlib>
#include <string>

namespace rsl::wine {

/// The prefix that this process of Wine runs in: $WINEPREFIX, or ~/.wine.
inline std::string own_prefix() {
    const char* const given = std::getenv("WINEPREFIX");
    const char* const home = std::getenv("HOME");
    return given != nullptr ? given : std::string(home != nullptr ? home : "") + "/.wine";
}

}  // namespace rsl::wine

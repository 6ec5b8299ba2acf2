// SPDX-License-Identifier: GPL-2.0-only
// Symbolic links of Wine's name space (DefineDosDevice) that lead to a driver's device.
#pragma once

#include <string>

namespace rsl::wine {

/// Where Wine's link of that NT name leads; empty when there is none. Calls Wine's server.
std::u16string link_target(std::u16string name);

}  // namespace rsl::wine

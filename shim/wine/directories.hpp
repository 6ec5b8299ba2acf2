// SPDX-License-Identifier: GPL-2.0-only
// Object directories that Wine and the VM both have, such as \Device: a listing of Wine's goes on with the VM's.
#pragma once

#include <cstdint>

namespace rsl::wine {

/// The handle is being closed. Cheap while no such directory is open.
void forget_directory(uint64_t handle);

}  // namespace rsl::wine

// SPDX-License-Identifier: GPL-2.0-only
// A folder of root's, or of another user's, lent to a process that runs as nobody: a mount of it on
// which the folder's owner appears as nobody, so that what the process writes belongs to the owner.
// Only root can make one, and needs it: others run the process as themselves.
#pragma once

#include <string>

#include "base/posix/error.hpp"
#include "base/posix/unique_fd.hpp"

namespace rsl::vm {

/// A detached mount of the folder, for move_mount().
HostResult<UniqueFd> lend_folder(const std::string& path);

}  // namespace rsl::vm

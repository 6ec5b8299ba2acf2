// SPDX-License-Identifier: GPL-2.0-only
// The folder with one socket a VM: private to its user, made when needed, cleared of the sockets of
// supervisors that died.
#pragma once

#include <string>
#include <vector>

#include "base/posix/error.hpp"
#include "base/posix/unique_fd.hpp"

namespace rsl::supervisor {

/// Makes the folder with mode 0700; an error when somebody else could put a socket there.
HostResult<std::string> prepare_runtime_directory();
/// Listens on the socket of `vm_name`. Fails when a living supervisor has it.
HostResult<UniqueFd> listen_for(const std::string& vm_name);
/// Names of VMs whose supervisor answers.
std::vector<std::string> running_vms();

}  // namespace rsl::supervisor

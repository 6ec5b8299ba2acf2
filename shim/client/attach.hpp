// SPDX-License-Identifier: GPL-2.0-only
// Asks a VM's supervisor for a ring, and for its log.
#pragma once

#include <memory>
#include <string>

#include "shim/client/connection.hpp"

namespace rsl::client {

struct AttachOptions {
    std::string vm;           // empty: $RSL_VM, or "default"
    std::string socket_path;  // instead of the name
    std::string program;      // empty: ours
    uint64_t memory_bytes = 0;
    uint32_t windows_process = 0, windows_parent = 0;  // 0: no Windows program
    uint64_t peb32 = 0;                                // 0: no 32-bit one
    Memory memory = Memory::kLent;
    OwnObjects* objects = nullptr;
};

/// The VM that $RSL_VM names, or "default".
std::string chosen_vm();
/// The name of the running program, as drivers shall see it.
std::string program_name();
/// Connects to the supervisor's socket.
HostResult<UniqueFd> connect_supervisor(const AttachOptions& options);
/// Gets a ring and greets the VM over it.
HostResult<std::unique_ptr<Connection>> attach(const AttachOptions& options);

}  // namespace rsl::client

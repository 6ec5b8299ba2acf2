// SPDX-License-Identifier: GPL-2.0-only
// Asks a VM's supervisor: state, clients, stop. Calls into drivers go through libRSL
// (vm_client.hpp).
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/posix/error.hpp"
#include "base/posix/unique_fd.hpp"
#include "protocol/message/supervisor.hpp"

namespace rsl::cli {

namespace wire = protocol::supervisor;

struct VmStatus {
    wire::StatusReply reply{};
    std::string name;
    nlohmann::json detail;
};

class SupervisorClient {
  public:
    /// The supervisor of the VM `name`; an error when none runs.
    static HostResult<SupervisorClient> connect(const std::string& name);
    /// wire::StatusFlags.
    HostResult<VmStatus> status(uint64_t flags = 0);
    HostResult<std::vector<wire::ClientRecord>> clients();
    /// Returns once the VM has ended: what had to be cut short, mostly nothing.
    HostResult<std::string> stop(uint32_t grace_ms);
    /// Returns once the disk is out of the VM.
    HostResult<void> pull_disk(uint32_t index);
    /// Returns once a network adapter's cable is in or out.
    HostResult<void> set_link(uint32_t index, bool up);

  private:
    explicit SupervisorClient(UniqueFd socket) : socket_(std::move(socket)) {}
    template <typename Request, typename Take>
    HostResult<void> ask(const Request& request, wire::Id expected, int timeout_ms, Take take);
    UniqueFd socket_;
    uint32_t sequence_ = 0;
};

/// "running", ...
std::string_view name_of(wire::VmState state);

}  // namespace rsl::cli

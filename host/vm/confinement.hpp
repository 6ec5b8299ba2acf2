// SPDX-License-Identifier: GPL-2.0-only
// Starts a program in a place of its own: new user, mount, network, pid, ipc, uts and cgroup
// namespaces, a root that holds nothing but what it needs (read-only), no capabilities, no way to
// gain any, no descriptors but those named. As root the program becomes uid 65534. About 1 ms,
// against 10 ms for bubblewrap; docs/architecture/threat-model.md says what it is to hold.
// The program is killed when the thread that started it ends.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/posix/error.hpp"
#include "base/posix/unique_fd.hpp"

namespace rsl::vm {

enum class Confinement {
    kNamespaces,  // everything above
    kPlain,  // no namespaces on this machine: unprivileged uid, no capabilities, seccomp by QEMU
};

struct ConfinedCommand {
    std::vector<std::string> argv;      // argv[0] is the absolute path of the program
    std::vector<int> keep;              // become descriptors 3, 4, ... of the program
    int output = -1;                    // becomes stdout
    int errors = -1;                    // becomes stderr
    std::vector<std::string> readable;  // files and folders it sees, at the same paths, read-only
    std::string libraries;              // a folder of `readable` whose libraries go before the system's
    std::vector<std::string> writable;  // folders that it may change, at the same paths
    std::vector<std::string> devices;   // device files it may use, such as /dev/kvm
    /// Runs in the starter with the pid, before the program does: puts it into its cgroup.
    std::function<HostResult<void>(pid_t)> before_exec;
};

/// A running program. Killed with its owner.
class ConfinedProcess {
  public:
    ConfinedProcess() = default;
    ConfinedProcess(pid_t pid, UniqueFd pidfd, UniqueFd alive, Confinement kind)
        : pid_(pid), pidfd_(std::move(pidfd)), alive_(std::move(alive)), kind_(kind) {}
    ConfinedProcess(ConfinedProcess&& other) noexcept
        : pid_(std::exchange(other.pid_, -1)),
          pidfd_(std::move(other.pidfd_)),
          alive_(std::move(other.alive_)),
          kind_(other.kind_),
          why_plain_(std::move(other.why_plain_)) {}
    ConfinedProcess& operator=(ConfinedProcess&& other) noexcept {
        std::swap(pid_, other.pid_);
        pidfd_ = std::move(other.pidfd_);
        alive_ = std::move(other.alive_);
        kind_ = other.kind_;
        why_plain_ = std::move(other.why_plain_);
        return *this;
    }
    ~ConfinedProcess();

    pid_t pid() const { return pid_; }
    /// Readable once the program has ended.
    int pidfd() const { return pidfd_.get(); }
    Confinement kind() const { return kind_; }
    /// Why there are no namespaces, with kPlain.
    const std::string& why_plain() const { return why_plain_; }
    void set_why_plain(std::string why) { why_plain_ = std::move(why); }
    /// Lets the child, which waits for its maps and its cgroup, go on to the program.
    void release_child();
    void kill();
    /// Waits up to `timeout_ms` (-1: for ever) and returns the wait status; nothing when it runs
    /// on.
    std::optional<int> wait(int timeout_ms);

  private:
    pid_t pid_ = -1;
    UniqueFd pidfd_;
    UniqueFd alive_;  // its other end tells the child whether we live
    Confinement kind_ = Confinement::kPlain;
    std::string why_plain_;
};

HostResult<ConfinedProcess> start_confined(const ConfinedCommand& command);

/// Whether this machine lets us make the namespaces; the reason when not. For `rsl doctor`.
HostResult<void> namespaces_available();

}  // namespace rsl::vm

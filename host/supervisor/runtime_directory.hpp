// SPDX-License-Identifier: GPL-2.0-only
// The folder with one socket a VM: private to its user, made when needed, cleared of the sockets of
// supervisors that died.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/posix/error.hpp"
#include "base/posix/unique_fd.hpp"

namespace rsl::supervisor {

/// Makes the folder with mode 0700; an error when somebody else could put a socket there.
HostResult<std::string> prepare_runtime_directory();
/// A VM's socket that listens, and its file. The file goes first at the end: who comes then makes one of its own.
class Listener {
  public:
    Listener() = default;
    Listener(UniqueFd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
    Listener(Listener&& other) noexcept : fd_(std::move(other.fd_)), path_(std::exchange(other.path_, {})) {}
    Listener& operator=(Listener&& other) noexcept {
        std::swap(fd_, other.fd_);
        std::swap(path_, other.path_);
        return *this;
    }
    ~Listener();
    explicit operator bool() const { return static_cast<bool>(fd_); }
    int fd() const { return fd_.get(); }
    /// As when the process dies: the file stays.
    void abandon() { path_.clear(); }

  private:
    UniqueFd fd_;
    std::string path_;
};
/// A file beside the sockets that others make, as PATH~PID and then by that name: none at first, and none when this goes.
class OthersFile {
  public:
    explicit OthersFile(std::string path) : path_(std::move(path)) { remove(); }
    OthersFile(const OthersFile&) = delete;
    OthersFile& operator=(const OthersFile&) = delete;
    ~OthersFile() { remove(); }

  private:
    void remove() const;
    std::string path_;
};
/// Listens on a socket of our own in a folder of ours. A leftover there is replaced; a living owner gives `taken`.
HostResult<Listener> listen_at(const std::string& path, const Error& taken);
/// Listens on the socket of `vm_name`. Fails when a living supervisor has it.
HostResult<Listener> listen_for(const std::string& vm_name);
/// Names of VMs whose supervisor answers.
std::vector<std::string> running_vms();

}  // namespace rsl::supervisor

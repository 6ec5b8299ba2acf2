// SPDX-License-Identifier: GPL-2.0-only
// Datagrams with descriptors over a Unix socket of type SOCK_SEQPACKET, and where a VM's socket lies.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/core/result.hpp"
#include "base/posix/error.hpp"
#include "base/posix/unique_fd.hpp"

namespace rsl::transport {

inline constexpr size_t kMaxPassedFds = 8;

struct Datagram {
    size_t bytes = 0;           // 0: the peer closed the socket
    std::vector<UniqueFd> fds;  // close-on-exec
};

/// Sends one datagram. A peer that has gone is an error, never a signal.
HostResult<void> send_datagram(int socket, std::span<const std::byte> bytes,
                               std::span<const int> fds = {});
/// Receives one into `buffer`; a longer one is an error. Waits at most `timeout_ms` (-1: for ever).
HostResult<Datagram> receive_datagram(int socket, std::span<std::byte> buffer, int timeout_ms = -1);

struct PeerCredentials {
    pid_t pid;
    uid_t uid;
};
HostResult<PeerCredentials> peer_credentials(int socket);

/// $RSL_RUNTIME_DIR, or $XDG_RUNTIME_DIR/rsl, or /tmp/rsl-UID: one socket a VM, NAME.sock.
std::string runtime_directory();
/// The socket of a VM by name. Names are letters, digits, '-', '_' and '.', at most 64.
HostResult<std::string> vm_socket_path(const std::string& vm_name);
/// Where its page for Wine's programs lies (protocol/message/wine.hpp).
HostResult<std::string> vm_page_path(const std::string& vm_name);
/// Where its Wine programs remember the time zone (shim/wine/time_zone.hpp).
HostResult<std::string> vm_time_zone_path(const std::string& vm_name);
/// Connects to a VM's socket; checks that its other end runs as our user or root.
HostResult<UniqueFd> connect_socket(const std::string& path);

}  // namespace rsl::transport

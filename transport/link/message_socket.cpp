// SPDX-License-Identifier: GPL-2.0-only
#include "transport/link/message_socket.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace rsl::transport {

HostResult<void> send_datagram(int socket, std::span<const std::byte> bytes, std::span<const int> fds) {
    if (fds.size() > kMaxPassedFds) return Error("too many descriptors for one message");
    iovec part{const_cast<std::byte*>(bytes.data()), bytes.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kMaxPassedFds)] = {};
    if (!fds.empty()) {
        message.msg_control = control;
        message.msg_controllen = CMSG_SPACE(fds.size_bytes());
        cmsghdr* head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(fds.size_bytes());
        std::memcpy(CMSG_DATA(head), fds.data(), fds.size_bytes());
    }
    ssize_t sent;
    do {
        sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) return Error::from_errno("send to the VM's supervisor");
    return {};
}

HostResult<Datagram> receive_datagram(int socket, std::span<std::byte> buffer, int timeout_ms) {
    pollfd wait{socket, POLLIN, 0};
    int ready;
    do {
        ready = ::poll(&wait, 1, timeout_ms);
    } while (ready < 0 && errno == EINTR);
    if (ready < 0) return Error::from_errno("wait for the VM's supervisor");
    if (ready == 0) return Error("the VM's supervisor did not answer in " + std::to_string(timeout_ms) + " ms");
    iovec part{buffer.data(), buffer.size()};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kMaxPassedFds)];
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    ssize_t received;
    do {
        received = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (received < 0 && errno == EINTR);
    if (received < 0) return Error::from_errno("receive from the VM's supervisor");
    Datagram datagram;
    datagram.bytes = static_cast<size_t>(received);
    for (cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr; head = CMSG_NXTHDR(&message, head)) {
        if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) continue;
        const size_t count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; ++i) {
            int fd;
            std::memcpy(&fd, CMSG_DATA(head) + i * sizeof(int), sizeof(int));
            datagram.fds.emplace_back(fd);
        }
    }
    if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) return Error("a message is too long");
    return datagram;
}

HostResult<PeerCredentials> peer_credentials(int socket) {
    ucred credentials{};
    socklen_t bytes = sizeof(credentials);
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &bytes) < 0) {
        return Error::from_errno("ask who is at the other end of a socket");
    }
    return PeerCredentials{credentials.pid, credentials.uid};
}

std::string runtime_directory() {
    if (const char* own = std::getenv("RSL_RUNTIME_DIR"); own != nullptr && *own != '\0') return own;
    if (const char* xdg = std::getenv("XDG_RUNTIME_DIR"); xdg != nullptr && *xdg != '\0') {
        return std::string(xdg) + "/rsl";
    }
    return "/tmp/rsl-" + std::to_string(::getuid());
}

namespace {

/// A file of a VM in the runtime directory.
HostResult<std::string> vm_path(const std::string& vm_name, const char* suffix) {
    const bool fits = !vm_name.empty() && vm_name.size() <= 64 && vm_name[0] != '.' &&
                      std::all_of(vm_name.begin(), vm_name.end(), [](unsigned char c) {
                          return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
                      });
    if (!fits) {
        return Error::wrong_use("'" + vm_name + "' is no name for a VM: use up to 64 letters, digits, "
                                "'-', '_' and '.'");
    }
    return runtime_directory() + "/" + vm_name + suffix;
}

}  // namespace

HostResult<std::string> vm_socket_path(const std::string& vm_name) { return vm_path(vm_name, ".sock"); }
HostResult<std::string> vm_page_path(const std::string& vm_name) { return vm_path(vm_name, ".page"); }
HostResult<std::string> vm_time_zone_path(const std::string& vm_name) { return vm_path(vm_name, ".time_zone"); }

HostResult<UniqueFd> connect_socket(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) return Error::wrong_use("the socket's path is too long: " + path);
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    UniqueFd socket{::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)};
    if (!socket) return Error::from_errno("make a socket");
    if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) < 0) {
        if (errno == ENOENT || errno == ECONNREFUSED) {
            return Error("no VM listens at " + path + "; start one with 'rsl start'");
        }
        return Error::from_errno("connect to " + path);
    }
    const PeerCredentials peer = RSL_TRY(peer_credentials(socket.get()));
    if (peer.uid != 0 && peer.uid != ::geteuid()) {
        return Error("the supervisor at " + path + " runs as another user (" +
                     std::to_string(peer.uid) + "); not talking to it");
    }
    return socket;
}

}  // namespace rsl::transport

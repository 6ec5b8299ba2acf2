// SPDX-License-Identifier: GPL-2.0-only
// One client's socket: takes its messages, answers them. Closing the socket ends the client.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <span>
#include <string>

#include "host/supervisor/supervisor.hpp"
#include "transport/link/message_socket.hpp"

namespace rsl::supervisor {

class Session {
  public:
    Session(Supervisor& supervisor, UniqueFd socket, uint32_t id, transport::PeerCredentials peer)
        : supervisor_(supervisor),
          socket_(std::move(socket)),
          fd_(socket_.get()),
          id_(id),
          peer_(peer),
          since_(std::chrono::steady_clock::now()) {}
    ~Session();
    int fd() const { return fd_; }
    /// It has neither a ring nor anything else of the VM's: any supervisor can answer it.
    bool only_asks() const { return only_asks_; }
    /// Its socket. What is left is to be removed.
    UniqueFd release() { return std::move(socket_); }
    uint32_t id() const { return id_; }
    wire::ClientRecord record() const;

    /// Handles what has come. False: the client is gone or broke the protocol.
    bool on_readable();

    template <typename T>
    void send(uint32_t sequence, const T& body, std::string_view tail = {},
              std::span<const int> fds = {});
    void fail(uint32_t sequence, const Error& error);
    void send_log(const LogLine& line);
    void vm_gone(const vm::MachineEnd& end);

    std::optional<uint32_t> slot;  // its ring

  private:
    bool handle(std::span<const std::byte> datagram, std::vector<UniqueFd> fds);
    /// A message of wine.hpp.
    bool handle_wine(const wire::Header& header, std::span<const std::byte> datagram, std::vector<UniqueFd> fds);
    void list_clients(uint32_t sequence);
    void subscribe(uint32_t sequence, const wire::LogSubscribe& wanted);

    Supervisor& supervisor_;
    UniqueFd socket_;
    int fd_;  // socket_'s, also once it was released
    bool only_asks_ = true;
    uint32_t id_;
    transport::PeerCredentials peer_;
    std::chrono::steady_clock::time_point since_;
    std::string name_;
    struct Follow {
        uint32_t sequence, level_least, lost;
        bool events;
        bool ends;                    // with what was kept: no new lines
        std::deque<LogLine> waiting;  // the client is slower than we are: at most kMaxWaitingBytes
        size_t waiting_bytes = 0;
        uint64_t kept = 0;            // lines that there were at the start
    };
    static constexpr size_t kMaxWaitingBytes = 2 * LogBuffer::kMaxBytes;

    bool send_line(const LogLine& line);
    void send_waiting();
    void retry_later();

    std::optional<Follow> follow_;
    std::optional<vm::EventLoop::TimerId> retry_;
    std::chrono::milliseconds retry_delay_{1};
};

}  // namespace rsl::supervisor

// SPDX-License-Identifier: GPL-2.0-only
// A small client of QEMU's machine protocol over one end of a socket pair. Asynchronous: commands
// are queued and answered in order; feed it from an event loop whenever the socket is readable.
// Not for anything the guest says: QMP is QEMU's own voice.
#pragma once

#include <deque>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/posix/error.hpp"
#include "base/posix/unique_fd.hpp"

namespace rsl::vm {

class Qmp {
  public:
    using Reply = std::function<void(HostResult<void>)>;
    using Event = std::function<void(const std::string& name, const nlohmann::json& data)>;

    /// `socket` is non-blocking. Capabilities are negotiated with the first command.
    explicit Qmp(UniqueFd socket) : socket_(std::move(socket)) {}

    int fd() const { return socket_.get(); }
    /// Sends a command; `done` runs from on_readable(). `pass_fd` travels with it (getfd),
    /// borrowed.
    void execute(const char* command, const nlohmann::json& arguments, Reply done,
                 int pass_fd = -1);
    /// Reads what has come. False once QEMU has closed its end; every command left then fails.
    bool on_readable();
    Event on_event;

  private:
    void send(const std::string& text, int pass_fd);
    void take_message(const std::string& line);
    void fail_all(const std::string& why);

    UniqueFd socket_;
    bool negotiated_ = false;
    std::string pending_;
    std::deque<Reply> replies_;
};

}  // namespace rsl::vm

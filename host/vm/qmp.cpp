// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/qmp.hpp"

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include <poll.h>
#include <sys/socket.h>

namespace rsl::vm {
namespace {

using Json = nlohmann::json;

/// Sends all of `text`, `pass_fd` with its first byte. QEMU reads quickly; waiting here is rare.
bool send_all(int socket, std::string_view text, int pass_fd) {
    while (!text.empty()) {
        iovec part{const_cast<char*>(text.data()), text.size()};
        alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        if (pass_fd >= 0) {
            message.msg_control = control;
            message.msg_controllen = sizeof(control);
            cmsghdr* header = CMSG_FIRSTHDR(&message);
            header->cmsg_level = SOL_SOCKET;
            header->cmsg_type = SCM_RIGHTS;
            header->cmsg_len = CMSG_LEN(sizeof(int));
            std::memcpy(CMSG_DATA(header), &pass_fd, sizeof(int));
        }
        const ssize_t sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
        if (sent >= 0) {
            text.remove_prefix(static_cast<size_t>(sent));
            pass_fd = -1;
        } else if (errno == EAGAIN) {
            pollfd wait{socket, POLLOUT, 0};
            if (::poll(&wait, 1, 1000) <= 0) return false;
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

}  // namespace

void Qmp::execute(const char* command, const Json& arguments, Reply done, int pass_fd) {
    if (!negotiated_) {
        negotiated_ = true;
        replies_.push_back([](HostResult<void>) {});
        send(R"({"execute":"qmp_capabilities"})"
             "\n",
             -1);
    }
    Json message{{"execute", command}};
    if (!arguments.is_null()) message["arguments"] = arguments;
    replies_.push_back(std::move(done));
    send(message.dump() + "\n", pass_fd);
}

void Qmp::send(const std::string& text, int pass_fd) {
    // A failure shows as end of file in on_readable(), which answers every command.
    if (socket_ && !send_all(socket_.get(), text, pass_fd)) ::shutdown(socket_.get(), SHUT_RDWR);
}

bool Qmp::on_readable() {
    char buffer[4096];
    for (;;) {
        const ssize_t got = ::recv(socket_.get(), buffer, sizeof(buffer), MSG_DONTWAIT);
        if (got > 0) {
            pending_.append(buffer, static_cast<size_t>(got));
            for (size_t end; (end = pending_.find('\n')) != std::string::npos;) {
                const std::string line = pending_.substr(0, end);
                pending_.erase(0, end + 1);
                take_message(line);
            }
            continue;
        }
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) return true;
        fail_all("QEMU has ended");
        return false;
    }
}

void Qmp::take_message(const std::string& line) {
    const Json message = Json::parse(line, nullptr, false);
    if (!message.is_object()) return;
    if (const auto event = message.find("event"); event != message.end() && event->is_string()) {
        if (on_event) on_event(event->get<std::string>(), message.value("data", Json::object()));
        return;
    }
    const auto error = message.find("error");
    if ((error == message.end() && !message.contains("return")) || replies_.empty()) return;
    const Reply done = std::move(replies_.front());
    replies_.pop_front();
    if (error == message.end()) return done({});
    done(Error("QEMU: " + error->value("desc", std::string("unknown error"))));
}

void Qmp::fail_all(const std::string& why) {
    for (auto replies = std::exchange(replies_, {}); const auto& done : replies) done(Error(why));
}

}  // namespace rsl::vm

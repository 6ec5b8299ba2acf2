// SPDX-License-Identifier: GPL-2.0-only
#include "shim/wine/supervisor_link.hpp"

#include <cstring>
#include <mutex>

#include "abi/types/status.h"
#include "shim/client/attach.hpp"
#include "shim/wine/page.hpp"
#include "transport/link/message_socket.hpp"

namespace rsl::wine {

namespace {

constexpr int kAnswerMs = 10'000;

/// A socket to rsld, one request at a time.
class Link {
  public:
    bool open() {
        if (socket_) return true;
        auto socket = client::connect_supervisor({});
        if (socket) socket_ = std::move(*socket);
        return static_cast<bool>(socket_);
    }
    /// Sends a request and waits for its answer.
    template <typename Answer, typename Body>
    NTSTATUS ask(const Body& body, std::span<const std::byte> tail, std::span<const int> fds,
                 wire::Received<Answer>& answer) {
        if (!open()) return STATUS_DEVICE_NOT_READY;
        const auto request = wire::encode(std::span(buffer_), ++sequence_, body, tail);
        if (!request) return STATUS_INSUFFICIENT_RESOURCES;
        if (!transport::send_datagram(socket_.get(), *request, fds)) return lost();
        for (;;) {
            const auto got = transport::receive_datagram(socket_.get(), buffer_, kAnswerMs);
            if (!got || got->bytes == 0) return lost();
            const auto datagram = std::span<const std::byte>(buffer_).first(got->bytes);
            const auto header = wire::decode_header(datagram);
            if (!header || header->sequence != sequence_)
                continue;  // that the VM has gone, and the like
            if (const auto failure = wire::decode<wire::Failure>(datagram))
                return failure->body.nt_status < 0 ? failure->body.nt_status : STATUS_CONNECTION_DISCONNECTED;
            const auto decoded = wire::decode<Answer>(datagram);
            if (!decoded) return lost();
            answer = *decoded;
            return STATUS_SUCCESS;
        }
    }
    template <typename Body>
    NTSTATUS tell(const Body& body, std::span<const std::byte> tail = {},
                  std::span<const int> fds = {}) {
        wire::Received<wire::Done> done{};
        return ask(body, tail, fds, done);
    }
    UniqueFd release() { return std::move(socket_); }

  private:
    NTSTATUS lost() {
        socket_ = UniqueFd{};
        return STATUS_CONNECTION_DISCONNECTED;
    }
    UniqueFd socket_;
    uint32_t sequence_ = 0;
    std::byte buffer_[wire::kMaxMessageBytes];
};

constinit std::mutex link_mutex;
Link& own_link() {  // under link_mutex
    static Link link;
    return link;
}

}  // namespace

NTSTATUS show_table(uint32_t vm_process, int memory) {
    const std::lock_guard guard{link_mutex};
    const int fds[] = {memory};
    return own_link().tell(wire::HandleTable{windows_process_id(), vm_process}, {}, fds);
}

NTSTATUS find_in_table(uint32_t process, uint32_t handle, wire::FoundHandle& found) {
    const std::lock_guard guard{link_mutex};
    wire::Received<wire::FoundHandle> answer{};
    const NTSTATUS status = own_link().ask(wire::FindHandle{process, handle}, {}, {}, answer);
    found = answer.body;
    return status;
}

NTSTATUS take_given(std::vector<wire::TakenHandle>& handles, uint32_t& vm_process) {
    const std::lock_guard guard{link_mutex};
    wire::Received<wire::HandlesTaken> answer{};
    const NTSTATUS status =
        own_link().ask(wire::TakeHandles{windows_process_id(), 0}, {}, {}, answer);
    if (status < 0) return status;
    vm_process = answer.body.vm_process;
    handles.resize(answer.body.count);
    if (!handles.empty()) std::memcpy(handles.data(), answer.tail.data(), answer.tail.size());
    return status;
}

void drop_taken(uint32_t vm_handle) {
    const std::lock_guard guard{link_mutex};
    (void)own_link().tell(wire::DropHandle{vm_handle, 0});
}

void tell_closed(uint32_t process, uint32_t handle) {
    const std::lock_guard guard{link_mutex};
    (void)own_link().tell(wire::HandleClosed{process, handle});
}

NTSTATUS tell_process_started(const wire::ProcessStarted& started, std::u16string_view image,
                              std::u16string_view command_line, UniqueFd* anchor) {
    constexpr size_t kMost = 4000;  // of each, so that both fit into a message
    std::u16string text(image.substr(0, kMost));
    wire::ProcessStarted body = started;
    body.image_bytes = static_cast<uint32_t>(text.size() * sizeof(char16_t));
    text += command_line.substr(0, kMost);
    body.command_line_bytes =
        static_cast<uint32_t>(text.size() * sizeof(char16_t)) - body.image_bytes;
    const auto tail = std::as_bytes(std::span(text));
    NTSTATUS status;
    if (anchor == nullptr) {
        const std::lock_guard guard{link_mutex};
        status = own_link().tell(body, tail);
    } else {
        Link link;
        status = link.tell(body, tail);
        *anchor = link.release();
    }
    // That we cannot say it, or that the VM knows of it already, is no refusal.
    switch (status) {
        case STATUS_DEVICE_NOT_READY:
        case STATUS_CONNECTION_DISCONNECTED:
        case STATUS_INVALID_CID:
            return STATUS_SUCCESS;
        default:
            return status;
    }
}

void tell_thread(uint32_t process, uint32_t thread, bool created) {
    const std::lock_guard guard{link_mutex};
    (void)own_link().tell(wire::ThreadChanged{process, thread, created ? 1u : 0u, 0});
}

void tell_image(uint64_t base, uint64_t bytes, std::u16string_view path) {
    const std::lock_guard guard{link_mutex};
    const auto tail = std::as_bytes(std::span(path));
    (void)own_link().tell(
        wire::ImageLoaded{base, bytes, windows_process_id(), static_cast<uint32_t>(tail.size())},
        tail);
}

NTSTATUS give(uint32_t process, std::span<const wire::GivenHandle> handles, UniqueFd& anchor) {
    Link link;
    const NTSTATUS status = link.tell(
        wire::GiveHandles{process, static_cast<uint32_t>(handles.size())}, std::as_bytes(handles));
    if (status >= 0) anchor = link.release();
    return status;
}

}  // namespace rsl::wine

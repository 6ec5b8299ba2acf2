// SPDX-License-Identifier: GPL-2.0-only
// For tests: the VM's server on the control ring, played; and Wine's programs, who talk to the
// supervisor.
#pragma once

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <vector>

#include "host/supervisor/test_vm.hpp"
#include "protocol/codec/check_entry.hpp"

namespace rsl::supervisor::testing {

using protocol::MessageId;

inline constexpr uint32_t kProcess = 0x40, kOther = 0x44;
inline constexpr int32_t kRefusal = static_cast<int32_t>(0xC0000022);

/// The VM's server, as far as these tests go.
class Guest {
  public:
    explicit Guest(Vm& vm) : channel_(vm.self->control_channel_for_test()) {
        vm.guest_is_ready();
        view_.emplace(*transport::ChannelView::of(&channel_.header(), channel_.bytes()));
        requests_.emplace(view_->submission_consumer());
        replies_.emplace(view_->completion_producer());
    }
    /// Answers what has come.
    void serve() {
        for (auto raw = requests_->pop(); raw && raw->has_value(); raw = requests_->pop()) {
            const auto entry = std::bit_cast<protocol::RequestEntry>(**raw);
            sound &= protocol::check_entry(entry, view_->layout().arena_bytes).ok();
            seen.push_back(entry);
            protocol::ReplyEntry reply{.request_id = entry.request_id,
                                       .status = 0,
                                       .kind = protocol::ReplyKind::kDone,
                                       .reserved = 0,
                                       .information = 0,
                                       .values = {}};
            if (entry.message == MessageId::kHello) reply.values[0] = 0x100;
            if (entry.message == MessageId::kDuplicate) reply.values[0] = ++last_handle, ++open;
            if (entry.message == MessageId::kClose) --open;
            if (entry.message == refuses) reply.status = kRefusal;
            (void)replies_->push(std::bit_cast<transport::RawEntry>(reply));
        }
        transport::ring(channel_.wake_fd());
    }
    int count(MessageId message) const {
        return static_cast<int>(std::count_if(seen.begin(), seen.end(),
                                              [&](const auto& e) { return e.message == message; }));
    }
    template <typename Body>
    Body last(MessageId message) const {
        const auto found = std::find_if(seen.rbegin(), seen.rend(),
                                        [&](const auto& e) { return e.message == message; });
        return found != seen.rend() ? *protocol::decode<Body>(*found, view_->layout().arena_bytes)
                                    : Body{};
    }
    std::u16string text(protocol::ArenaSpan span) const {
        return {reinterpret_cast<const char16_t*>(view_->arena().data() + span.offset),
                span.bytes / 2};
    }

    std::vector<protocol::RequestEntry> seen;
    bool sound = true;
    int open = 0;  // handles of rsld's
    uint32_t last_handle = 0;
    MessageId refuses{};

  private:
    transport::Channel& channel_;
    std::optional<transport::ChannelView> view_;
    std::optional<transport::SubmissionConsumer> requests_;
    std::optional<transport::CompletionProducer> replies_;
};

struct Desk {
    Vm vm{"qmp"};
    std::optional<Guest> guest;
    bool begin() {
        if (vm.self == nullptr) return false;
        guest.emplace(vm);
        return vm.wait_for([&] { return vm.self->state() == wire::VmState::kRunning; });
    }
    template <typename T>
    Answer tell(const UniqueFd& socket, const T& body, std::string_view tail = {}) {
        ask(socket, body, tail);
        Answer answer;
        bool arrived = false;
        vm.wait_for([&] {
            guest->serve();
            auto got = transport::receive_datagram(socket.get(), answer.buffer, 0);
            if (!got) return false;
            answer.datagram = std::move(*got);
            return arrived = true;
        });
        return answer;
    }
    bool settles(auto condition) {
        return vm.wait_for([&] {
            guest->serve();
            return condition();
        });
    }
    Answer give(const UniqueFd& socket, uint32_t process, uint32_t handle) {
        const wire::GivenHandle given{
            .vm_process = 0x200, .vm_handle = 0x24, .handle = handle, .reserved = 0};
        return tell(socket, wire::GiveHandles{process, 1},
                    {reinterpret_cast<const char*>(&given), sizeof(given)});
    }
    std::vector<wire::TakenHandle> take(const UniqueFd& socket, uint32_t process) {
        const Answer answer = tell(socket, wire::TakeHandles{process, 0});
        const auto taken =
            wire::decode<wire::HandlesTaken>(std::span(answer.buffer).first(answer.datagram.bytes));
        std::vector<wire::TakenHandle> handles(taken ? taken->body.count : 0);
        if (!handles.empty()) std::memcpy(handles.data(), taken->tail.data(), taken->tail.size());
        return handles;
    }
};

}  // namespace rsl::supervisor::testing

// SPDX-License-Identifier: GPL-2.0-only
// rsld as a client of its own VM, over the control ring: says hello when it is first needed, sends
// requests, never waits. The event loop's thread calls everything. Nothing the guest answers is
// trusted.
#pragma once

#include <deque>
#include <functional>
#include <unordered_map>
#include <vector>

#include "protocol/message/entry.hpp"
#include "transport/link/channel.hpp"

namespace rsl::supervisor {

class ControlCalls {
  public:
    /// The channel outlives this.
    explicit ControlCalls(transport::Channel& channel);

    /// Runs once, with the NTSTATUS and the reply's first value.
    using Answer = std::function<void(int32_t status, uint64_t value)>;
    /// Makes the request; `data` comes first in the arena, the body is told where.
    using Body = std::function<protocol::RequestEntry(protocol::ArenaSpan data)>;
    void call(Body body, std::vector<std::byte> data, Answer answer);

    /// The VM rang: takes its answers. True: there is more.
    bool on_bell();
    bool has_answer() const { return greeted_ && !ended_ && replies_.has_entry(); }
    /// The VM has gone: every request fails.
    void end();
    /// Of rsld's process in the VM; 0 before the first answer.
    uint32_t process_id() const { return process_id_; }

  private:
    struct Call {
        Body body;
        std::vector<std::byte> data;
        Answer answer;
    };
    struct Sent {
        Answer answer;
        uint32_t block;
    };
    static constexpr uint32_t kBlockBytes = 16384, kNoBlock = ~0u;
    static constexpr size_t kMostSent = 64;

    void greet();
    void send_waiting();
    bool push(protocol::RequestEntry entry, Sent sent);

    transport::Channel& channel_;
    transport::ChannelView view_;
    transport::SubmissionProducer requests_;
    transport::CompletionConsumer replies_;
    std::deque<Call> waiting_;
    std::unordered_map<uint64_t, Sent> sent_;
    std::vector<uint32_t> free_blocks_;
    uint64_t next_id_ = 1;
    uint32_t process_id_ = 0;
    bool greeted_ = false, ended_ = false;
};

}  // namespace rsl::supervisor

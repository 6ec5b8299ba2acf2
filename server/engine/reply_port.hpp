// SPDX-License-Identifier: GPL-2.0-only
// Many threads answer, the completion ring has one producer. Whoever comes while another thread is
// at the ring leaves its reply behind for that one to push: nobody waits, at any IRQL up to
// DISPATCH_LEVEL, and the usual case costs one atomic exchange and one fence.
#pragma once

#include <atomic>

#include "server/engine/slot.hpp"
#include "transport/ring/ends.hpp"

namespace rsl::server {

enum class SendOutcome : uint8_t { kSent, kSentRingClient, kClientBroken };

class ReplyPort {
  public:
    ReplyPort(const transport::ChannelView& channel, SlotTable& slots)
        : ring_(channel.completion_producer()), host_asleep_(channel.header().host_asleep), slots_(slots) {}

    /// Pushes a reply, and those that others left. kSentRingClient: the caller has to ring, for one
    /// that is not quiet.
    /// kClientBroken: the client does not take its replies, or lies about it.
    SendOutcome send(ReplyNode& node);
    /// The same, compiled into its caller: for the road of a request.
    SendOutcome send_inline(ReplyNode& node);

  private:
    /// Both: whether it, or one of them, is worth a bell.
    bool push(ReplyNode& node);
    bool push_left() { return left_.load(std::memory_order_relaxed) != nullptr && push_all_left(); }
    bool push_all_left();
    void leave(ReplyNode& node);

    transport::CompletionProducer ring_;  // whoever set busy_
    std::atomic<uint32_t>& host_asleep_;
    SlotTable& slots_;
    std::atomic<bool> busy_ = false;
    std::atomic<bool> broken_ = false;
    std::atomic<ReplyNode*> left_ = nullptr;  // newest first
};

}  // namespace rsl::server

// SPDX-License-Identifier: GPL-2.0-only
// A question to the client: an entry of the completion ring, which it answers with a message of the question's id. One of a kind is
// unanswered at a time.
//
//     free ── ask ─▶ asked ── client answers ─▶ answered ── taken ─▶ free
//
// A thread that gives up waiting leaves it "asked": what the client may use for its answer is the client's until it has.
#pragma once

#include <atomic>

#include "server/engine/crew.hpp"
#include "server/engine/slot.hpp"

namespace rsl::server {

class Session;

class Question {
  public:
    Question(Session& session, Asker asker) : session_(session), asker_(asker) { node_.taken = &taken_; }

    // ---- One thread at a time, not the leader, <= APC_LEVEL.
    /// Sends it under the next id. Not while another one is unanswered.
    void ask(protocol::ReplyEntry entry);
    /// Waits while it is unanswered, a minute at most; false when it still is. may_wait() is looked at first, and after each
    /// wake_asker().
    template <typename MayWait>
    bool await(MayWait may_wait);
    bool await_once();

    // ---- The leader's
    /// Whether `id` is the question that the client is to answer.
    bool is_open(uint64_t id) const;
    /// What the asker finds in the answer has been written before.
    void answered();
    // ---- Any thread
    bool is_asked() const { return state_.load(std::memory_order_acquire) == kAsked; }
    void wake_asker();

  private:
    enum State : uint32_t { kFree, kAsked, kAnswered };

    Session& session_;
    const Asker asker_;
    ReplyNode node_{};
    uint64_t id_ = 0;
    std::atomic<uint32_t> state_ = kFree;
    std::atomic<bool> taken_ = false;
};

template <typename MayWait>
bool Question::await(MayWait may_wait) {
    while (is_asked()) {
        if (!may_wait() || !await_once()) return false;
    }
    state_.store(kFree, std::memory_order_relaxed);
    return true;
}

}  // namespace rsl::server

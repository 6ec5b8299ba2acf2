// SPDX-License-Identifier: GPL-2.0-only
// Asking the client what stands behind a handle of its own, and telling it what drivers did to the events that it lent
// (protocol/message/own_object.hpp).
#pragma once

#include <atomic>

#include "base/core/result.hpp"
#include "protocol/message/own_object.hpp"
#include "server/engine/question.hpp"

namespace rsl::server {

class Session;

class ObjectLending {
  public:
    explicit ObjectLending(Session& session) : session_(session), question_(session, Asker::kObjects) {}

    void open() { is_open_ = true; }
    bool is_open() const { return is_open_; }

    /// What the client has behind a handle. kInvalidHandle. One thread at a time, not the leader, <= APC_LEVEL.
    Result<protocol::LendObject> resolve(uint64_t handle, uint32_t id);
    /// A driver has set or reset a lent event, or has no use for it any more. One thread at a time, <= DISPATCH_LEVEL.
    void changed(uint32_t id, protocol::OwnObjectChange change);

    // ---- The session's
    /// The leader's: false when nothing of the kind was asked.
    bool answer(uint64_t id, const protocol::LendObject& lent);
    /// Whoever waits fails. Any thread.
    void stop();

  private:
    protocol::OwnObjectChanges* changes() const;

    Session& session_;
    Question question_;
    bool is_open_ = false;
    protocol::LendObject lent_{};  // the answer
    std::atomic<uint32_t> changes_at_ = 0;  // in the arena, past a first byte that nothing lies at; 0: not yet named
    ReplyNode note_{};
    std::atomic<bool> note_taken_ = true;
    std::atomic<bool> stopped_ = false;
};

}  // namespace rsl::server

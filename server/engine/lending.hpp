// SPDX-License-Identifier: GPL-2.0-only
// Asking the client for pages of its own memory, and giving back what was written there: the session's one road in the
// other direction (protocol/message/memory.hpp). While no request of the client is unanswered, nothing is asked.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "base/core/result.hpp"
#include "protocol/message/memory.hpp"
#include "server/engine/question.hpp"

namespace rsl::server {

class Session;

class Lending {
  public:
    explicit Lending(Session& session) : session_(session), question_(session, Asker::kMemory) {}

    void open(protocol::ArenaSpan window);
    bool is_open() const { return window_.bytes != 0; }
    /// Whether anything was ever lent in this session: until then requests pay nothing for it.
    bool is_used() const { return used_.load(std::memory_order_relaxed); }
    void note_use() { used_.store(true, std::memory_order_relaxed); }

    // ---- One thread at a time (mm sees to it), not the leader, <= APC_LEVEL.
    /// `content` lies in the client's memory, which may change while it is copied, until the next call.
    struct Lent {
        const std::byte* content;
        uint32_t pages;
        uint64_t writable;
    };
    Result<Lent> fetch(uint64_t address, uint32_t pages, protocol::FetchAccess access);
    /// Collects bytes within a page, at most kMostAtOnce; flush() sends them. They are in place before any later reply is
    /// seen. Dropped when the session ends meanwhile.
    static constexpr uint32_t kMostAtOnce = 1024;
    void give_back(uint64_t address, std::span<const std::byte> bytes);
    void flush();

    // ---- The session's
    /// The leader's: false when nothing of the kind was asked.
    bool answer(uint64_t id, const protocol::Lend& lent);
    void request_begins() { requests_.fetch_add(1, std::memory_order_seq_cst); }
    void request_ends() {
        // The last one: who waits for a page for it, waits for nothing. Pairs with await_answer().
        if (requests_.fetch_sub(1, std::memory_order_acq_rel) == 1 && question_.is_asked()) question_.wake_asker();
    }
    /// Whether the client may be asked for anything now.
    bool may_ask() const {
        return !stopped_.load(std::memory_order_acquire) && !refuses_.load(std::memory_order_relaxed) &&
               requests_.load(std::memory_order_acquire) != 0;
    }
    bool is_only_request() const { return requests_.load(std::memory_order_seq_cst) == 1; }
    /// While the leader itself is in a driver, nobody would take an answer.
    void refuse(bool refuses) { refuses_.store(refuses, std::memory_order_relaxed); }
    /// Whoever waits fails. Any thread.
    void stop();

  private:
    enum class Needs : uint8_t { kRequest, kSession };

    void ask(protocol::ReplyKind kind, uint64_t information, const protocol::Fetch& fetch);
    bool await_answer(Needs needs);
    std::byte* window() const;

    Session& session_;
    protocol::ArenaSpan window_{};
    Question question_;
    uint32_t asked_pages_ = 0;
    uint32_t filled_ = 0;  // bytes of runs that wait for flush()
    protocol::Lend lent_{};  // the answer
    std::atomic<uint32_t> requests_ = 0;  // unanswered ones that drivers can see
    std::atomic<bool> stopped_ = false, refuses_ = false, used_ = false;
};

}  // namespace rsl::server

// SPDX-License-Identifier: GPL-2.0-only
// Requests that have been sent and not yet been answered, and their ids.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>

#include "protocol/message/entry.hpp"
#include "transport/ring/layout.hpp"

namespace rsl::client {

/// What a waiting thread or a callback gets.
struct Reply {
    int32_t status;
    uint64_t information;
    uint64_t values[5];
};

struct Pending;

/// Runs when an asynchronous request is answered, outside of all locks. Interim: the driver keeps
/// the request, another call comes.
enum class Moment : uint8_t { kInterim, kFinal };
using Continuation = std::function<void(Moment, uint64_t id, const Reply&)>;

/// One of them. A synchronous request's state is also what its thread sleeps on.
struct Pending {
    enum State : uint32_t {
        kFree,
        kActive,    // its thread looks after it, or it is asynchronous
        kWaiting,   // its thread sleeps: somebody else leads, or listens
        kListening, // its thread sleeps and listens for the bell
        kPromoted,  // its thread is to wake and take the lead
        kDone,
    };
    std::atomic<uint32_t> state = kFree;
    std::atomic<uint32_t> generation = 0;
    bool asynchronous = false;
    // Of a request that its thread waits for until it is answered or the driver keeps it: then it becomes
    // asynchronous, and two look at this slot, the thread and whoever hands the answer out.
    bool may_pend = false;
    std::atomic<bool> pends = false;
    std::atomic<uint32_t> owners = 1;
    Reply reply{};
    Continuation continuation;
    std::atomic<bool> interim_due = false;
    Pending* next = nullptr;  // in the free list, or in the list of the ready
};

/// All of them. Ids are index and generation: an answer to a request that is no more is noticed.
class PendingTable {
  public:
    static constexpr uint32_t kCount = transport::kMaxOutstanding;
    static constexpr uint32_t kReserve = 16;  // so that cancelling works when all else is taken

    PendingTable() {
        for (uint32_t i = kCount; i > 0; --i) {
            all_[i - 1].next = free_;
            free_ = &all_[i - 1];
        }
    }

    enum class Use : uint8_t { kOrdinary, kCancel };
    /// Under the submission lock. nullptr: too many are outstanding. Until activate() no answer can
    /// reach it: a hostile VM may well answer before it is asked.
    Pending* take(Use use) {
        if (free_ == nullptr) free_ = returned_.exchange(nullptr, std::memory_order_acquire);
        const uint32_t outstanding = outstanding_.load(std::memory_order_relaxed);
        // The last two are nobody's: the ring always has room for an answer to each kind of question (Connection::send_answer).
        const uint32_t kept = use == Use::kOrdinary ? kReserve : 2;
        if (free_ == nullptr || outstanding >= kCount - kept) return nullptr;
        Pending* pending = free_;
        free_ = pending->next;
        outstanding_.fetch_add(1, std::memory_order_relaxed);
        pending->generation.fetch_add(1, std::memory_order_relaxed);
        pending->interim_due.store(false, std::memory_order_relaxed);
        pending->may_pend = false;
        pending->pends.store(false, std::memory_order_relaxed);
        pending->owners.store(1, std::memory_order_relaxed);
        return pending;
    }
    static void activate(Pending& pending) {
        pending.state.store(Pending::kActive, std::memory_order_release);  // pairs with find()
    }
    /// Any thread that does not look at it any more; the last one gives it back.
    void give_back(Pending& pending) {
        if (pending.owners.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
        pending.state.store(Pending::kFree, std::memory_order_relaxed);
        outstanding_.fetch_sub(1, std::memory_order_relaxed);
        Pending* head = returned_.load(std::memory_order_relaxed);
        do {
            pending.next = head;
        } while (!returned_.compare_exchange_weak(head, &pending, std::memory_order_release,
                                                  std::memory_order_relaxed));
    }

    uint64_t id_of(const Pending& pending) const {
        return (uint64_t{pending.generation.load(std::memory_order_relaxed)} << 32) | (static_cast<uint64_t>(&pending - all_.data()) + 1);
    }
    /// The request that an id names; nullptr when there is none.
    Pending* find(uint64_t id) {
        const uint64_t index = (id & 0xFFFFFFFF) - 1;
        if (index >= kCount) return nullptr;
        Pending& pending = all_[index];
        const uint32_t state = pending.state.load(std::memory_order_acquire);
        if (state == Pending::kFree || state == Pending::kDone) return nullptr;
        return pending.generation.load(std::memory_order_relaxed) == static_cast<uint32_t>(id >> 32) ? &pending : nullptr;
    }
    std::array<Pending, kCount>& all() { return all_; }
    uint32_t outstanding() const { return outstanding_.load(std::memory_order_relaxed); }

  private:
    std::array<Pending, kCount> all_;
    Pending* free_ = nullptr;
    std::atomic<Pending*> returned_ = nullptr;
    std::atomic<uint32_t> outstanding_ = 0;
};

}  // namespace rsl::client

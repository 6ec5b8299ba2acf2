// SPDX-License-Identifier: GPL-2.0-only
// Requests that a session has taken and not yet answered. Slots are memory made once: the road of a
// request allocates nothing.
//
//     free ── leader takes ─▶ issued ──┬─ call returned, not pending ────────────────▶ answered ─▶ free
//                                      ├─ returned pending, then completed ──────────▶ answered
//                                      └─ completed, then returned pending ──────────▶ answered
//
// The later of "returned" and "completed" answers a pending request; `progress` decides which it is.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "protocol/message/entry.hpp"
#include "transport/ring/layout.hpp"

namespace rsl::server {

inline constexpr uint32_t kMaxThreads = 64;
/// A thread that answers holds its slot a moment longer than the client can know: hence the margin.
inline constexpr uint32_t kSlots = transport::kMaxOutstanding + kMaxThreads;

struct Slot;

/// A reply on its way to the ring.
struct ReplyNode {
    protocol::ReplyEntry entry;
    Slot* finished;   // its slot is free once this reply is in the ring; nullptr: an interim reply
    ReplyNode* next;
    bool quiet = false;  // the client need not be woken for it
    std::atomic<bool>* taken = nullptr;  // set once the port does not look at this node any more
};

struct Slot {
    static constexpr uint32_t kReturned = 1;   // the NT call came back with STATUS_PENDING
    static constexpr uint32_t kCompleted = 2;  // and the completion has arrived

    // The leader writes these before anybody else knows of the request.
    uint64_t request_id = 0;
    uint32_t handle = 0;
    protocol::MessageId message{};
    uint16_t flags = 0;
    bool counted = false;  // among the requests during which the client lends its memory

    std::atomic<bool> active = false;        // between taking and answering; for cancelling
    std::atomic<bool> cancel_asked = false;
    std::atomic<uint32_t> progress = 0;      // kReturned | kCompleted
    int32_t completed_status = 0;            // valid with kCompleted
    uint64_t completed_information = 0;

    ReplyNode interim{};
    ReplyNode final{};
    Slot* next_free = nullptr;
};

class SlotTable {
  public:
    SlotTable() {
        for (uint32_t i = kSlots; i > 0; --i) {
            slots_[i - 1].next_free = mine_;
            mine_ = &slots_[i - 1];
        }
    }

    /// A free slot, or nullptr. The leader's.
    Slot* take() {
        if (mine_ == nullptr) mine_ = returned_.exchange(nullptr, std::memory_order_acquire);
        Slot* slot = mine_;
        if (slot != nullptr) mine_ = slot->next_free;
        return slot;
    }
    /// Any thread.
    void give_back(Slot& slot) {
        slot.active.store(false, std::memory_order_relaxed);
        Slot* head = returned_.load(std::memory_order_relaxed);
        do {
            slot.next_free = head;
        } while (!returned_.compare_exchange_weak(head, &slot, std::memory_order_release,  // take()
                                                  std::memory_order_relaxed));
    }

    Slot& at(uint32_t index) { return slots_[index]; }
    uint32_t index_of(const Slot& slot) const { return static_cast<uint32_t>(&slot - slots_.data()); }
    std::array<Slot, kSlots>& all() { return slots_; }

  private:
    std::array<Slot, kSlots> slots_;
    Slot* mine_ = nullptr;                      // the leader's own supply
    std::atomic<Slot*> returned_ = nullptr;     // what others gave back
};

}  // namespace rsl::server

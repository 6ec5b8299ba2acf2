// SPDX-License-Identifier: GPL-2.0-only
#include "server/engine/reply_port.hpp"

#include <bit>
#include <utility>

#include "transport/ring/sleep_flag.hpp"

namespace rsl::server {

[[gnu::always_inline]] SendOutcome ReplyPort::send_inline(ReplyNode& node) {
    bool loud = false;
    if (!busy_.exchange(true, std::memory_order_acquire)) {  // pairs with the release below
        loud = push_left();  // first: a final reply never overtakes its interim one
        loud |= push(node);
    } else {
        leave(node);
        if (busy_.exchange(true, std::memory_order_acquire)) return SendOutcome::kSent;
    }
    bool ring = false;
    for (;;) {
        loud |= push_left();
        busy_.store(false, std::memory_order_release);
        // A fence, here or in must_ring(), stands between giving up the ring and looking for late
        // replies: either we see what was left, or its owner saw that we had gone.
        if (std::exchange(loud, false)) {
            ring |= transport::must_ring(host_asleep_);
        } else {
            std::atomic_thread_fence(std::memory_order_seq_cst);
        }
        const bool late = left_.load(std::memory_order_relaxed) != nullptr;
        if (!late || busy_.exchange(true, std::memory_order_acquire)) break;
    }
    if (broken_.load(std::memory_order_relaxed)) return SendOutcome::kClientBroken;
    return ring ? SendOutcome::kSentRingClient : SendOutcome::kSent;
}

SendOutcome ReplyPort::send(ReplyNode& node) { return send_inline(node); }

bool ReplyPort::push(ReplyNode& node) {
    const bool loud = !node.quiet;
    const auto entry = std::bit_cast<transport::RawEntry>(node.entry);
    Slot* finished = node.finished;
    if (node.taken != nullptr) node.taken->store(true, std::memory_order_release);  // pairs with Lending::answer()
    const auto outcome = ring_.push(entry);
    if (!outcome || *outcome == transport::PushOutcome::kFull) {
        broken_.store(true, std::memory_order_relaxed);
    }
    if (finished != nullptr) slots_.give_back(*finished);
    return loud;
}

void ReplyPort::leave(ReplyNode& node) {
    ReplyNode* head = left_.load(std::memory_order_relaxed);
    do {
        node.next = head;
    } while (!left_.compare_exchange_weak(head, &node, std::memory_order_seq_cst,  // send(), above
                                          std::memory_order_relaxed));
}

bool ReplyPort::push_all_left() {
    bool loud = false;
    ReplyNode* newest = left_.exchange(nullptr, std::memory_order_acquire);  // pairs with leave()
    ReplyNode* oldest = nullptr;
    while (newest != nullptr) {  // an interim reply has to stay in front of the final one
        ReplyNode* next = newest->next;
        newest->next = oldest;
        oldest = newest;
        newest = next;
    }
    while (oldest != nullptr) {
        ReplyNode* next = oldest->next;  // the slot may be reused once it is pushed
        loud |= push(*oldest);
        oldest = next;
    }
    return loud;
}

}  // namespace rsl::server

// SPDX-License-Identifier: GPL-2.0-only
#include "server/engine/question.hpp"

#include "server/engine/session.hpp"

namespace rsl::server {

namespace {
/// Longer than any client that still looks at its ring takes. The asker fails then, and the session goes on.
constexpr uint32_t kPatienceMs = 60'000;
}  // namespace

void Question::ask(protocol::ReplyEntry entry) {
    entry.request_id = ++id_;
    node_.entry = entry;
    taken_.store(false, std::memory_order_relaxed);
    state_.store(kAsked, std::memory_order_release);  // pairs with is_open(): id and node
    session_.send(node_);
}

bool Question::await_once() { return session_.crew_.await_answer(asker_, kPatienceMs); }

bool Question::is_open(uint64_t id) const {
    // A client that guesses the id may answer before the question has left: the node is in use still then.
    return state_.load(std::memory_order_acquire) == kAsked && taken_.load(std::memory_order_acquire) && id == id_;
}

void Question::answered() {
    state_.store(kAnswered, std::memory_order_release);  // pairs with await()
    wake_asker();
}

void Question::wake_asker() { session_.crew_.wake_asker(asker_); }

}  // namespace rsl::server

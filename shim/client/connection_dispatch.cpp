// SPDX-License-Identifier: GPL-2.0-only
// Handing answers out: to the thread that waits for one, or through dispatch() to a continuation.
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "shim/api/rsl.h"
#include "shim/client/connection.hpp"

namespace rsl::client {

/// The leader's for requests under way; the sender's, under its lock, for one that never left.
void Connection::finish(Pending& pending, const Reply& reply) {
    const uint32_t state = pending.state.load(std::memory_order_acquire);
    if (state == Pending::kFree || state == Pending::kDone) return;
    pending.reply = reply;
    if (!pending.asynchronous) {
        const uint32_t before = pending.state.exchange(Pending::kDone, std::memory_order_acq_rel);
        if (before == Pending::kListening) transport::ring(fds_.wake.get());
        else if (before != Pending::kActive) pending.state.notify_one();
        return;
    }
    std::lock_guard guard{ready_mutex_};
    pending.state.store(Pending::kDone, std::memory_order_release);
    if (!pending.interim_due.load(std::memory_order_relaxed)) append_ready_locked(pending);
}

void Connection::append_ready_locked(Pending& pending) {
    pending.next = nullptr;
    (ready_head_ == nullptr ? ready_head_ : ready_tail_->next) = &pending;
    ready_tail_ = &pending;
    transport::ring(ready_event_.get());
}

int Connection::run_ready() {
    transport::drain(ready_event_.get());
    int count = 0;
    for (;;) {
        Pending* pending;
        Moment moment = Moment::kFinal;
        {
            std::lock_guard guard{ready_mutex_};
            pending = ready_head_;
            if (pending == nullptr) return count;
            ready_head_ = pending->next;
            if (pending->interim_due.exchange(false, std::memory_order_relaxed)) moment = Moment::kInterim;
            // Finished behind its own interim notice: back into the queue for the final one.
            if (moment == Moment::kInterim && pending->state.load(std::memory_order_relaxed) == Pending::kDone) {
                append_ready_locked(*pending);
            }
        }
        ++count;
        if (moment == Moment::kInterim) {
            pending->continuation(Moment::kInterim, table_.id_of(*pending), Reply{RSL_STATUS_PENDING, 0, {}});
            continue;
        }
        const Continuation continuation = std::move(pending->continuation);
        pending->continuation = nullptr;
        const Reply reply = pending->reply;
        const uint64_t id = table_.id_of(*pending);
        table_.give_back(*pending);
        asynchronous_.fetch_sub(1, std::memory_order_relaxed);
        continuation(Moment::kFinal, id, reply);
    }
}

int Connection::dispatch(int timeout_ms) {
    const auto start = std::chrono::steady_clock::now();
    const auto left_ms = [&]() -> int {
        if (timeout_ms < 0) return kLookAgainMs;
        const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
        return static_cast<int>(std::clamp<int64_t>(timeout_ms - spent.count(), 0, kLookAgainMs));
    };
    uint64_t waited_ns = 0;
    for (bool last_look = false;;) {
        const bool ended = dead_.load(std::memory_order_acquire);  // before looking what is left
        if (try_lead()) {
            transport::drain(fds_.wake.get());  // a bell for what others have taken already
            (void)drain();
            leave_lead();
        }
        if (const int count = run_ready(); count > 0) return count;
        if (ended) return -1;
        if (last_look || stopping_.load(std::memory_order_acquire)) return 0;
        const int wait_ms = left_ms();
        last_look = wait_ms == 0;  // without waiting, but it hears of the VM's end: poll_fd() is readable for that too
        if (try_lead()) {
            if (waited_ns != 0) budget_.waited(std::exchange(waited_ns, 0));
            Wait wait{Rang::kNo, true};
            const bool found = drain() || (!last_look && spin(wait));
            if (!found) block(0, -1);  // looks for the end
            if (found || last_look) {
                leave_lead();
                continue;
            }
            waited_ns = wait.spun_ns + listen(wait_ms);
        } else {  // another thread leads, and tells us
            poll_as_other(ready_event_.get(), wait_ms);
        }
    }
}

void Connection::start_thread() {
    thread_ = std::thread([this] {
        while (!stopping_.load(std::memory_order_acquire) && dispatch(-1) >= 0) {
        }
    });
}

Connection::LogWait Connection::wait_for_log(int timeout_ms) {
    const auto start = std::chrono::steady_clock::now();
    log_waiting_.store(true, std::memory_order_seq_cst);
    LogWait outcome;
    for (;;) {
        if (log_has_record()) {
            outcome = LogWait::kRecord;
            break;
        }
        if (dead_.load(std::memory_order_acquire)) {
            outcome = LogWait::kEnded;
            break;
        }
        const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
        const int64_t left = timeout_ms < 0 ? kLookAgainMs : timeout_ms - spent.count();
        if (left <= 0) {
            outcome = LogWait::kTimeout;
            break;
        }
        const int wait_ms = static_cast<int>(std::min<int64_t>(left, kLookAgainMs));
        if (try_lead()) {
            transport::drain(log_event_.get());
            if (!drain()) block(wait_ms, log_event_.get(), Watch::kLogToo);
            leave_lead();
        } else {
            poll_as_other(log_event_.get(), wait_ms);
        }
    }
    log_waiting_.store(false, std::memory_order_seq_cst);
    return outcome;
}

}  // namespace rsl::client

// SPDX-License-Identifier: GPL-2.0-only
// Waiting for answers: one thread leads, empties the ring for all and promotes another when it leaves.
#include <poll.h>
#include <sched.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <utility>

#include "shim/client/connection.hpp"
#include "transport/ring/sleep_flag.hpp"

namespace rsl::client {

using protocol::ReplyEntry;

void Connection::wait_for(Pending& pending, Rang rang) {
    const auto done = [&] {
        return pending.state.load(std::memory_order_acquire) == Pending::kDone || pending.pends.load(std::memory_order_acquire);
    };
    while (!done()) {
        if (!try_lead()) {
            follow(pending);
            continue;
        }
        bool leads = true;
        while (leads && !done()) {
            if (drain()) continue;
            Wait wait{std::exchange(rang, Rang::kNo)};
            if (!spin(wait)) leads = rest(pending, wait);
        }
        if (leads) leave_lead();
    }
}

/// The leader's, when spinning does not pay: gives the lead away and sleeps until there is something to look at. One
/// such thread listens for the bell, others are woken by whoever leads. True: this thread leads again.
bool Connection::rest(Pending& pending, const Wait& wait) {
    if (caller_listens_.load(std::memory_order_seq_cst)) {
        leave_lead();
        follow(pending);
        return false;
    }
    uint32_t expected = Pending::kActive;
    if (!pending.state.compare_exchange_strong(expected, Pending::kListening, std::memory_order_acq_rel)) return true;
    caller_listens_.store(true, std::memory_order_seq_cst);
    listening_.fetch_add(1, std::memory_order_relaxed);
    leave_lead();
    pollfd fds[2] = {{fds_.wake.get(), POLLIN, 0}, {alive_.get(), POLLIN, 0}};
    const auto start = std::chrono::steady_clock::now();
    (void)::poll(fds, 2, kLookAgainMs);
    listening_.fetch_sub(1, std::memory_order_relaxed);
    caller_listens_.store(false, std::memory_order_seq_cst);  // pairs with leave_lead(), follow(): they promote somebody from here on
    expected = Pending::kListening;
    (void)pending.state.compare_exchange_strong(expected, Pending::kActive, std::memory_order_acq_rel);
    if (!try_lead()) return false;
    learn(wait, static_cast<uint64_t>((std::chrono::steady_clock::now() - start).count()));
    look_around(fds[0].revents != 0, fds[1].revents != 0);
    return true;
}

void Connection::follow(Pending& pending) {
    uint32_t expected = Pending::kActive;
    if (!pending.state.compare_exchange_strong(expected, Pending::kWaiting, std::memory_order_acq_rel)) return;
    {
        std::lock_guard guard{followers_mutex_};
        following_.push_back(&pending);
    }
    followers_.fetch_add(1, std::memory_order_seq_cst);  // pairs with leave_lead()
    if (!led_.load(std::memory_order_seq_cst) && !caller_listens_.load(std::memory_order_seq_cst)) {  // the leader left just before
        expected = Pending::kWaiting;
        (void)pending.state.compare_exchange_strong(expected, Pending::kPromoted, std::memory_order_acq_rel);
    }
    if (pending.pends.load(std::memory_order_seq_cst)) {  // let_pend() came just before
        expected = Pending::kWaiting;
        (void)pending.state.compare_exchange_strong(expected, Pending::kActive, std::memory_order_acq_rel);
    }
    pending.state.wait(Pending::kWaiting, std::memory_order_acquire);
    {
        std::lock_guard guard{followers_mutex_};
        std::erase(following_, &pending);
    }
    followers_.fetch_sub(1, std::memory_order_seq_cst);
    expected = Pending::kPromoted;
    (void)pending.state.compare_exchange_strong(expected, Pending::kActive, std::memory_order_acq_rel);
}

bool Connection::try_lead() {
    if (led_.exchange(true, std::memory_order_seq_cst)) return false;
    retract();
    return true;
}

void Connection::announce() {
    announced_ = true;
    transport::announce_sleep(channel_.header().host_asleep);
}

void Connection::retract() {  // a store less is a cache line that stays with the VM's processor
    if (std::exchange(announced_, false)) transport::retract_sleep(channel_.header().host_asleep);
}

bool Connection::log_has_record() const {
    const transport::RingHeader& log = channel_.header().log;
    return log.tail.load(std::memory_order_acquire) != log.head.load(std::memory_order_relaxed);
}

void Connection::leave_lead() {
    bool late = false;
    if (asynchronous_.load(std::memory_order_relaxed) != 0 || log_waiting_.load(std::memory_order_relaxed) ||
        listening_.load(std::memory_order_relaxed) != 0) {
        announce();  // poll_fd(), or who listens, has to hear the bell
        late = completions_.has_entry();
    }
    led_.store(false, std::memory_order_seq_cst);
    const bool heard = caller_listens_.load(std::memory_order_seq_cst);
    if (!heard && followers_.load(std::memory_order_seq_cst) != 0) promote_follower();
    if (late) transport::ring(heard ? fds_.wake.get() : ready_event_.get());
}

void Connection::promote_follower() {
    std::lock_guard guard{followers_mutex_};
    for (Pending* pending : following_) {
        uint32_t expected = Pending::kWaiting;
        if (!pending->state.compare_exchange_strong(expected, Pending::kPromoted, std::memory_order_acq_rel)) continue;
        pending->state.notify_one();
        return;
    }
}

bool Connection::drain() {
    bool any = false;
    for (;;) {
        const auto raw = completions_.pop();
        if (!raw) {
            disconnect("the VM's ring is damaged");
            return true;
        }
        if (!raw->has_value()) return any;
        any = true;
        deliver(std::bit_cast<ReplyEntry>(**raw));
    }
}

/// The VM asks for pages, or gives back what was written to some. While nothing is outstanding it gets none: a question that
/// is late comes behind the reply of the request that it was for.
void Connection::lend(const ReplyEntry& question) {
    std::optional<protocol::Lend> answer = protocol::Lend{};
    if (question.kind == protocol::ReplyKind::kGiveBack) {
        if (!lender_.take_back(question.information)) answer.reset();
    } else if (table_.outstanding() != 0) {
        answer = lender_.lend(protocol::Fetch::of(question));
    }
    if (!answer || question.request_id == 0) return disconnect("the VM asked for memory in a way that makes no sense");
    send_answer(protocol::encode(question.request_id, protocol::MessageId::kLend, 0, *answer));
}

/// The VM asks what a handle of the program's is.
void Connection::lend_object(const ReplyEntry& question) {
    const bool had_lent = object_lender_.has_lent();
    const auto answer = object_lender_.lend(protocol::Resolve::of(question));
    if (!answer || question.request_id == 0) return disconnect("the VM asked for an object in a way that makes no sense");
    if (!had_lent && object_lender_.has_lent()) asynchronous_.fetch_add(1, std::memory_order_relaxed);  // its bell has to be heard now
    send_answer(protocol::encode(question.request_id, protocol::MessageId::kLendObject, 0, *answer));
}

void Connection::send_answer(const protocol::RequestEntry& answer) {
    std::lock_guard guard{submit_mutex_};
    (void)submissions_.push(std::bit_cast<transport::RawEntry>(answer));  // there is room: PendingTable::take()
    if (transport::must_ring(channel_.header().guest_asleep)) transport::ring(fds_.ring_guest.get());
}

void Connection::deliver(const ReplyEntry& entry) {
    switch (entry.kind) {
        case protocol::ReplyKind::kFetch:
        case protocol::ReplyKind::kGiveBack: return lend(entry);
        case protocol::ReplyKind::kResolve: return lend_object(entry);
        case protocol::ReplyKind::kObjectsChanged: return object_lender_.take_changes();
        default: break;
    }
    Pending* pending = table_.find(entry.request_id);
    if (pending == nullptr) {
        if (!dead_.load(std::memory_order_relaxed)) disconnect("the VM answered a request that nobody made");
        return;
    }
    Reply reply{entry.status, entry.information, {}};
    std::copy(std::begin(entry.values), std::end(entry.values), std::begin(reply.values));
    if (entry.kind == protocol::ReplyKind::kDone) {
        finish(*pending, reply);
    } else if (pending->may_pend) {
        if (!pending->asynchronous) let_pend(*pending);  // a hostile VM may say it twice
    } else if (pending->asynchronous) {
        std::lock_guard guard{ready_mutex_};
        if (!pending->interim_due.exchange(true, std::memory_order_relaxed)) append_ready_locked(*pending);
    }
}

/// The leader's: the thread that waits for it goes on, and dispatch() hands the answer out.
void Connection::let_pend(Pending& pending) {
    pending.asynchronous = true;
    asynchronous_.fetch_add(1, std::memory_order_relaxed);
    pending.pends.store(true, std::memory_order_seq_cst);  // before looking at the state; pairs with follow()
    uint32_t expected = Pending::kWaiting;
    if (pending.state.compare_exchange_strong(expected, Pending::kActive, std::memory_order_acq_rel)) pending.state.notify_one();
    if (expected == Pending::kListening) transport::ring(fds_.wake.get());
}

/// Whether an entry came within the budget. Linux often wakes QEMU's threads on the processor of whoever rang: they have it
/// whenever they can run.
bool Connection::spin(Wait& wait) {
    const bool yields = wait.rang == Rang::kYes;
    const uint64_t limit_ns = yields ? wake_budget_.ns() : budget_.ns();
    if (limit_ns == 0) return false;
    const auto start = std::chrono::steady_clock::now();
    for (uint32_t spins = 1;; ++spins) {
        if (yields) ::sched_yield();
        else transport::pause();
        if (completions_.has_entry()) {
            wait.spun_ns = 0;
            learn(wait, 0);
            return true;
        }
        if (!yields && spins % 16 != 0) continue;
        if (wait.leaves_to_callers && followers_.load(std::memory_order_relaxed) != 0) return false;
        wait.spun_ns = static_cast<uint64_t>(std::chrono::nanoseconds(std::chrono::steady_clock::now() - start).count());
        if (wait.spun_ns >= limit_ns) return false;
    }
}

void Connection::learn(const Wait& wait, uint64_t slept_ns) {
    budget_.waited(wait.spun_ns + slept_ns);
    if (wait.rang == Rang::kYes) wake_budget_.waited(wait.spun_ns + slept_ns);
}

void Connection::block(int timeout_ms, int extra_fd, Watch watch) {
    announce();
    bool bell = false, alive = false;
    const bool closed = channel_.header().guest_state.load(std::memory_order_acquire) == transport::GuestState::kClosed;
    const bool log_here = watch == Watch::kLogToo && log_has_record();
    if (!completions_.has_entry() && !closed && !log_here) {
        pollfd fds[3] = {{fds_.wake.get(), POLLIN, 0}, {alive_.get(), POLLIN, 0}, {extra_fd, POLLIN, 0}};
        const auto start = std::chrono::steady_clock::now();
        (void)::poll(fds, 3, timeout_ms);
        if (timeout_ms != 0) budget_.waited(static_cast<uint64_t>((std::chrono::steady_clock::now() - start).count()));
        bell = fds[0].revents != 0;
        alive = fds[1].revents != 0;
    }
    retract();
    look_around(bell, alive);
}

/// The leader's, after a sleep: what can have ended it beside an entry of the ring.
void Connection::look_around(bool bell, bool supervisor) {
    if (bell) transport::drain(fds_.wake.get());
    if (supervisor) look_at_supervisor();
    const bool closed = channel_.header().guest_state.load(std::memory_order_acquire) == transport::GuestState::kClosed;
    if (log_waiting_.load(std::memory_order_relaxed) && log_has_record()) transport::ring(log_event_.get());
    if (closed && !completions_.has_entry()) {
        char text[sizeof(transport::ChannelHeader::close_text)];
        std::copy_n(channel_.header().close_text, sizeof(text) - 1, text);
        text[sizeof(text) - 1] = '\0';
        disconnect(std::string("the VM ended the connection: ") + text);
    }
}

/// Gives the lead away and waits for the bell, or for what others have left to hand out. A thread that makes a call
/// meanwhile leads, and need not wake us for its reply. How long that was, in nanoseconds.
uint64_t Connection::listen(int timeout_ms) {
    listening_.fetch_add(1, std::memory_order_relaxed);  // before leave_lead() announces that the VM shall ring
    leave_lead();
    const auto start = std::chrono::steady_clock::now();
    poll_as_other(ready_event_.get(), timeout_ms);
    listening_.fetch_sub(1, std::memory_order_relaxed);
    return static_cast<uint64_t>((std::chrono::steady_clock::now() - start).count());
}

/// While another thread leads, or nobody does and the VM has been told to ring.
void Connection::poll_as_other(int own_fd, int timeout_ms) const {
    pollfd fds[3] = {{own_fd, POLLIN, 0}, {alive_.get(), POLLIN, 0}, {fds_.wake.get(), POLLIN, 0}};
    (void)::poll(fds, 3, timeout_ms);
}

}  // namespace rsl::client

// SPDX-License-Identifier: GPL-2.0-only
#include "shim/client/connection.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <bit>
#include <chrono>

#include "protocol/message/session.hpp"
#include "protocol/message/supervisor.hpp"
#include "shim/api/rsl.h"
#include "shim/client/text.hpp"
#include "transport/ring/sleep_flag.hpp"

namespace rsl::client {

using protocol::ReplyEntry;
using protocol::RequestEntry;

namespace {

constexpr Reply kDisconnected{RSL_STATUS_DISCONNECTED, 0, {}};
constexpr int kLookAgainMs = 500;  // how long at most until the end of a VM is noticed

HostResult<UniqueFd> make_event() {
    UniqueFd fd{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (!fd) return Error::from_errno("make an eventfd");
    return fd;
}

}  // namespace

HostResult<std::unique_ptr<Connection>> Connection::open(ConnectionParts parts) {
    const off_t bytes = ::lseek(parts.fds.memory.get(), 0, SEEK_END);
    if (bytes <= 0) return Error("the ring's memory is no file");
    auto mapping = RSL_TRY(transport::Mapping::map(parts.fds.memory.get(), static_cast<uint64_t>(bytes)));
    const auto channel = transport::ChannelView::of(mapping.address(), mapping.bytes());
    if (!channel) return Error("the ring's memory is not a ring of this version");
    const std::string program = parts.program;
    const uint32_t timeout_ms = parts.timeout_ms;
    std::unique_ptr<Connection> connection{new Connection(std::move(parts), std::move(mapping), *channel)};
    RSL_TRY(connection->prepare());
    RSL_TRY(connection->greet(program, timeout_ms));
    return connection;
}

Connection::Connection(ConnectionParts parts, transport::Mapping mapping, transport::ChannelView channel)
    : fds_(std::move(parts.fds)), alive_(std::move(parts.alive)), alive_kind_(parts.alive_kind),
      mapping_(std::move(mapping)), channel_(channel), arena_(channel.arena()),
      submissions_(channel.submission_producer()), completions_(channel.completion_consumer()),
      budget_(std::min<uint64_t>(
          channel.spin_limit_ns(),
          std::min<uint64_t>(parts.spin_limit_us != 0 ? uint64_t{parts.spin_limit_us} * 1000 : ~uint64_t{0},
                             uint64_t{transport::suitable_spin_us(transport::Emulation::kTcg)} * 1000))) {}

HostResult<void> Connection::prepare() {
    ready_event_ = RSL_TRY(make_event());
    log_event_ = RSL_TRY(make_event());
    poll_fd_ = UniqueFd{::epoll_create1(EPOLL_CLOEXEC)};
    if (!poll_fd_) return Error::from_errno("make an epoll descriptor");
    for (const int fd : {fds_.wake.get(), ready_event_.get(), alive_.get()}) {
        epoll_event event{};
        event.events = EPOLLIN;
        if (fd >= 0 && ::epoll_ctl(poll_fd_.get(), EPOLL_CTL_ADD, fd, &event) < 0) {
            return Error::from_errno("watch a ring's descriptors");
        }
    }
    return {};
}

HostResult<void> Connection::greet(const std::string& program, uint32_t timeout_ms) {
    std::u16string name = to_utf16(program).value_or(u"");
    if (name.size() > protocol::kMaxNameBytes / 2) name.resize(protocol::kMaxNameBytes / 2);
    const auto span = arena_.allocate(std::max<size_t>(name.size() * 2, 2));
    std::copy_n(reinterpret_cast<const std::byte*>(name.data()), name.size() * 2, arena_.at(span->offset));
    channel_.header().host_state.store(transport::HostState::kAttached, std::memory_order_release);

    auto entry = protocol::encode(
        0, protocol::MessageId::kHello, 0,
        protocol::Hello{.version = protocol::kVersion, .client_pid = static_cast<uint32_t>(::getpid()),
                        .image_name = {span->offset, static_cast<uint32_t>(name.size() * 2)}});
    const Sent sent = send(entry, PendingTable::Use::kOrdinary, Waiting::kToTheEnd, nullptr);
    transport::ring(fds_.ring_guest.get());  // the VM need not have begun to look at this ring

    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
    (void)try_lead();  // nobody else knows this connection yet
    while (sent.pending->state.load(std::memory_order_acquire) != Pending::kDone) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) {
            leave_lead();
            return Error("the VM did not greet within " + std::to_string(timeout_ms) +
                         " ms: it hangs, or its server did not start");
        }
        if (!drain()) block(static_cast<int>(std::min<int64_t>(left.count(), kLookAgainMs)), -1);
    }
    leave_lead();
    const Reply reply = sent.pending->reply;
    table_.give_back(*sent.pending);
    arena_.free(span->offset);
    if (dead_.load(std::memory_order_acquire)) return Error(ending());
    if (reply.status < 0) return Error::refused("the VM refused the connection", reply.status);
    process_id_ = static_cast<uint32_t>(reply.values[0]);
    return {};
}

Connection::~Connection() {
    stopping_.store(true, std::memory_order_release);
    if (thread_.joinable()) {
        transport::ring(ready_event_.get());
        thread_.join();
    }
    channel_.header().host_state.store(transport::HostState::kGone, std::memory_order_release);
    transport::ring(fds_.ring_guest.get());
}

// ---- Sending

Connection::Sent Connection::send(RequestEntry& entry, PendingTable::Use use, Waiting waiting,
                                  Continuation* continuation) {
    std::lock_guard guard{submit_mutex_};
    Pending* pending = table_.take(use);
    if (pending == nullptr) return {nullptr, Rang::kNo};
    entry.request_id = table_.id_of(*pending);
    pending->asynchronous = waiting == Waiting::kNot;
    pending->may_pend = waiting == Waiting::kUntilItPends;
    if (pending->may_pend) pending->owners.store(2, std::memory_order_relaxed);
    if (pending->asynchronous) asynchronous_.fetch_add(1, std::memory_order_relaxed);
    if (continuation != nullptr) pending->continuation = std::move(*continuation);
    PendingTable::activate(*pending);
    const auto pushed = submissions_.push(std::bit_cast<transport::RawEntry>(entry));
    if (!pushed || *pushed == transport::PushOutcome::kFull || dead_.load(std::memory_order_relaxed)) {
        finish(*pending, kDisconnected);
        return {pending, Rang::kNo};
    }
    if (!transport::must_ring(channel_.header().guest_asleep)) return {pending, Rang::kNo};
    transport::ring(fds_.ring_guest.get());
    return {pending, Rang::kYes};
}

/// When everything is in use, helps to empty the ring. No pending request: the connection has ended.
Connection::Sent Connection::send_for_certain(RequestEntry& entry, PendingTable::Use use, Waiting waiting,
                                              Continuation* continuation) {
    for (;;) {
        const Sent sent = send(entry, use, waiting, continuation);
        if (sent.pending != nullptr || dead_.load(std::memory_order_acquire)) return sent;
        if (try_lead()) {
            if (!drain()) block(1, -1);
            leave_lead();
        } else {
            std::this_thread::yield();
        }
    }
}

Reply Connection::call_entry(RequestEntry entry, PendingTable::Use use) {
    const Sent sent = send_for_certain(entry, use, Waiting::kToTheEnd, nullptr);
    if (sent.pending == nullptr) return kDisconnected;
    wait_for(*sent.pending, sent.rang);
    const Reply reply = sent.pending->reply;
    table_.give_back(*sent.pending);
    return reply;
}

Connection::Outcome Connection::call_or_pend(RequestEntry entry, Continuation continuation) {
    const Sent sent = send_for_certain(entry, PendingTable::Use::kOrdinary, Waiting::kUntilItPends, &continuation);
    if (sent.pending == nullptr) return {kDisconnected, 0};
    Pending& pending = *sent.pending;
    wait_for(pending, sent.rang);
    if (pending.pends.load(std::memory_order_acquire)) {  // nobody sets it any more
        table_.give_back(pending);
        return {std::nullopt, entry.request_id};
    }
    const Reply reply = pending.reply;
    pending.continuation = nullptr;
    table_.give_back(pending);  // ours, and that of whoever would have handed the answer out
    table_.give_back(pending);
    return {reply, entry.request_id};
}

Connection::Started Connection::start(RequestEntry entry, Continuation continuation) {
    const Sent sent = send(entry, PendingTable::Use::kOrdinary, Waiting::kNot, &continuation);
    if (sent.pending == nullptr) return {RSL_STATUS_TOO_LARGE, 0};
    if (try_lead()) leave_lead();  // makes the VM ring when the reply is there
    return {RSL_STATUS_PENDING, entry.request_id};
}

// ---- Waiting

void Connection::wait_for(Pending& pending, Rang rang) {
    const auto done = [&] {
        return pending.state.load(std::memory_order_acquire) == Pending::kDone || pending.pends.load(std::memory_order_acquire);
    };
    while (!done()) {
        if (!try_lead()) {
            follow(pending);
            continue;
        }
        // Whoever had to wake the VM leaves the processor to it at once (microvm facts, 2.6).
        bool may_spin = rang == Rang::kNo;
        while (!done()) {
            if (drain()) continue;
            if (!may_spin || !spin()) block(kLookAgainMs, -1);
            may_spin = true;
        }
        leave_lead();
    }
}

void Connection::follow(Pending& pending) {
    uint32_t expected = Pending::kActive;
    if (!pending.state.compare_exchange_strong(expected, Pending::kWaiting, std::memory_order_acq_rel)) return;
    {
        std::lock_guard guard{followers_mutex_};
        following_.push_back(&pending);
    }
    followers_.fetch_add(1, std::memory_order_seq_cst);  // pairs with leave_lead()
    if (!led_.load(std::memory_order_seq_cst)) {          // the leader left just before
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
    if (asynchronous_.load(std::memory_order_relaxed) != 0 || log_waiting_.load(std::memory_order_relaxed)) {
        announce();  // poll_fd() has to hear the bell
        late = completions_.has_entry();
    }
    led_.store(false, std::memory_order_seq_cst);
    if (followers_.load(std::memory_order_seq_cst) != 0) promote_follower();
    if (late) transport::ring(ready_event_.get());
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

void Connection::deliver(const ReplyEntry& entry) {
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
}

bool Connection::spin() {
    if (budget_.ns() == 0) return false;
    const auto start = std::chrono::steady_clock::now();
    for (uint32_t spins = 1;; ++spins) {
        transport::pause();
        if (completions_.has_entry()) {
            budget_.waited(0);
            return true;
        }
        if (spins % 16 != 0) continue;
        const auto spent = std::chrono::steady_clock::now() - start;
        if (static_cast<uint64_t>(std::chrono::nanoseconds(spent).count()) >= budget_.ns()) return false;
    }
}

void Connection::block(int timeout_ms, int extra_fd, Watch watch) {
    announce();
    const bool closed = channel_.header().guest_state.load(std::memory_order_acquire) == transport::GuestState::kClosed;
    const bool log_here = watch == Watch::kLogToo && log_has_record();
    if (!completions_.has_entry() && !closed && !log_here) {
        pollfd fds[3] = {{fds_.wake.get(), POLLIN, 0}, {alive_.get(), POLLIN, 0}, {extra_fd, POLLIN, 0}};
        const auto start = std::chrono::steady_clock::now();
        (void)::poll(fds, 3, timeout_ms);
        budget_.waited(static_cast<uint64_t>((std::chrono::steady_clock::now() - start).count()));
        if (fds[0].revents != 0) transport::drain(fds_.wake.get());
        if (fds[1].revents != 0) look_at_supervisor();
    }
    retract();
    if (log_waiting_.load(std::memory_order_relaxed) && log_has_record()) transport::ring(log_event_.get());
    if (closed && !completions_.has_entry()) {
        char text[sizeof(transport::ChannelHeader::close_text)];
        std::copy_n(channel_.header().close_text, sizeof(text) - 1, text);
        text[sizeof(text) - 1] = '\0';
        disconnect(std::string("the VM ended the connection: ") + text);
    }
}

/// While another thread leads, or nobody does and the VM has been told to ring.
void Connection::poll_as_other(int own_fd, int timeout_ms) const {
    pollfd fds[3] = {{own_fd, POLLIN, 0}, {alive_.get(), POLLIN, 0}, {fds_.wake.get(), POLLIN, 0}};
    (void)::poll(fds, 3, timeout_ms);
}

// ---- The end

void Connection::look_at_supervisor() {
    if (alive_kind_ == AliveKind::kAny) return disconnect("the VM has ended");
    std::byte buffer[protocol::supervisor::kMaxMessageBytes];
    const ssize_t received = ::recv(alive_.get(), buffer, sizeof(buffer), MSG_DONTWAIT);
    if (received < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (received <= 0) return disconnect("the VM's supervisor has ended");
    const auto gone = protocol::supervisor::decode<protocol::supervisor::VmGone>(
        std::span(buffer, static_cast<size_t>(received)));
    if (gone) disconnect("the VM has ended: " + std::string(gone->text(0, gone->body.text_bytes)));
}

void Connection::disconnect(std::string why) {
    if (dead_.load(std::memory_order_relaxed)) return;
    {
        std::lock_guard guard{ending_mutex_};
        ending_ = std::move(why);
    }
    {
        std::lock_guard guard{submit_mutex_};  // keeps senders out, who would fail their own
        dead_.store(true, std::memory_order_release);
        for (Pending& pending : table_.all()) finish(pending, kDisconnected);
    }
    transport::ring(ready_event_.get());
    transport::ring(log_event_.get());
}

std::string Connection::ending() const {
    std::lock_guard guard{ending_mutex_};
    return ending_;
}

const char* Connection::ending_text() const {
    return dead_.load(std::memory_order_acquire) ? ending_.c_str() : nullptr;  // never changes again
}

// ---- Handing out

/// The leader's for requests under way; the sender's, under its lock, for one that never left.
void Connection::finish(Pending& pending, const Reply& reply) {
    const uint32_t state = pending.state.load(std::memory_order_acquire);
    if (state == Pending::kFree || state == Pending::kDone) return;
    pending.reply = reply;
    if (!pending.asynchronous) {
        const uint32_t before = pending.state.exchange(Pending::kDone, std::memory_order_acq_rel);
        if (before != Pending::kActive) pending.state.notify_one();
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
    for (;;) {
        const bool ended = dead_.load(std::memory_order_acquire);  // before looking what is left
        if (try_lead()) {
            transport::drain(fds_.wake.get());  // a bell for what others have taken already
            (void)drain();
            leave_lead();
        }
        if (const int count = run_ready(); count > 0) return count;
        if (ended) return -1;
        if (stopping_.load(std::memory_order_acquire)) return 0;
        const int wait_ms = left_ms();
        if (wait_ms == 0) return 0;
        if (try_lead()) {
            if (!drain() && !spin()) block(wait_ms, ready_event_.get());
            leave_lead();
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

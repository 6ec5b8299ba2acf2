// SPDX-License-Identifier: GPL-2.0-only
#include "shim/client/connection.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <bit>
#include <chrono>

#include "protocol/message/session.hpp"
#include "protocol/message/supervisor.hpp"
#include "shim/client/text.hpp"
#include "transport/ring/sleep_flag.hpp"

namespace rsl::client {

using protocol::RequestEntry;

namespace {

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
    protocol::Hello hello{.version = protocol::kVersion,
                          .client_pid = static_cast<uint32_t>(::getpid()),
                          .image_name = {},
                          .windows_process = parts.windows_process,
                          .windows_parent = parts.windows_parent,
                          .peb32 = parts.peb32};
    const Memory memory = parts.memory;
    std::unique_ptr<Connection> connection{new Connection(std::move(parts), std::move(mapping), *channel)};
    RSL_TRY(connection->prepare());
    if (memory == Memory::kLent) connection->lender_.open();
    RSL_TRY(connection->greet(program, hello, timeout_ms));
    return connection;
}

/// The least of what the VM, its supervisor and this machine allow.
uint64_t Connection::spin_limit_ns(const transport::ChannelView& channel, const ConnectionParts& parts) {
    constexpr uint64_t kMicrosecond = 1000;
    const uint64_t suitable = transport::suitable_spin_us(transport::Emulation::kTcg) * kMicrosecond;
    const uint64_t supervisors = parts.spin_limit_us != 0 ? parts.spin_limit_us * kMicrosecond : ~uint64_t{0};
    return std::min({channel.spin_limit_ns(), supervisors, suitable});
}

Connection::Connection(ConnectionParts parts, transport::Mapping mapping, transport::ChannelView channel)
    : fds_(std::move(parts.fds)), alive_(std::move(parts.alive)), alive_kind_(parts.alive_kind),
      mapping_(std::move(mapping)), channel_(channel), arena_(channel.arena()), loans_(arena_), lender_(arena_, loans_),
      object_lender_(arena_, parts.objects),
      submissions_(channel.submission_producer()), completions_(channel.completion_consumer()),
      budget_(spin_limit_ns(channel, parts)), wake_budget_(spin_limit_ns(channel, parts)) {}

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

HostResult<void> Connection::greet(const std::string& program, protocol::Hello hello, uint32_t timeout_ms) {
    std::u16string name = to_utf16(program).value_or(u"");
    if (name.size() > protocol::kMaxNameBytes / 2) name.resize(protocol::kMaxNameBytes / 2);
    const auto span = arena_.allocate(std::max<size_t>(name.size() * 2, 2));
    std::copy_n(reinterpret_cast<const std::byte*>(name.data()), name.size() * 2, arena_.at(span->offset));
    channel_.header().host_state.store(transport::HostState::kAttached, std::memory_order_release);

    hello.image_name = {span->offset, static_cast<uint32_t>(name.size() * 2)};
    hello.lending = lender_.window();
    hello.arena_address = lender_.window().bytes != 0 ? reinterpret_cast<uint64_t>(arena_.at(0)) : 0;
    const uint16_t flags = object_lender_.is_there() ? protocol::kLendsObjects : 0;
    auto entry = protocol::encode(0, protocol::MessageId::kHello, 0, hello, flags);
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
    lends_ = lender_.window().bytes != 0 && (reply.values[2] & protocol::kBorrowsMemory) != 0;
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
    if (pending == nullptr) return {nullptr, Rang::kNo, 0};
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
        return {pending, Rang::kNo, entry.request_id};
    }
    if (!transport::must_ring(channel_.header().guest_asleep)) return {pending, Rang::kNo, entry.request_id};
    transport::ring(fds_.ring_guest.get());
    return {pending, Rang::kYes, entry.request_id};
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

Connection::Sent Connection::begin(RequestEntry entry, PendingTable::Use use) {
    return send_for_certain(entry, use, Waiting::kToTheEnd, nullptr);
}

Reply Connection::await(const Sent& sent) {
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

}  // namespace rsl::client

// SPDX-License-Identifier: GPL-2.0-only
#include "server/engine/session.hpp"

#include <bit>
#include <optional>

#include "server/engine/status.hpp"
#include "transport/ring/sleep_flag.hpp"

namespace rsl::server {

using protocol::MessageId;
using protocol::RequestEntry;
using transport::CloseReason;

namespace {

constexpr uint32_t kSpinsWithoutClock = 32;  // reading the clock costs as much as a few PAUSEs
constexpr uint32_t kLooksPerSpin = 8;        // and a PAUSE, under TCG, as much as a dozen looks
constexpr uint32_t kSpinsPerLook = 8;
constexpr uint32_t kSpinsPerYield = 64;
constexpr uint32_t kRequestsPerLook = 256;   // how often a busy leader looks whether the client left

/// Requests that never wait for a driver: the leader does them itself.
bool is_quick(MessageId message) {
    switch (message) {
        case MessageId::kHello:
        case MessageId::kGoodbye:
        case MessageId::kPing:
        case MessageId::kCancel:
        case MessageId::kCreateEvent:
        case MessageId::kSignalEvent:
        case MessageId::kSignalOwnObject:
        case MessageId::kLoadBegin:
        case MessageId::kLoadData:
        case MessageId::kLoadAbort: return true;
        default: return false;
    }
}

/// Requests during which a driver may look at the client's memory.
bool reaches_drivers(MessageId message) {
    return message == MessageId::kClose || (message >= MessageId::kOpen && message <= MessageId::kQueryDirectoryFile);
}

}  // namespace

Session::Session(const transport::ChannelView& channel, Crew& crew, NtCalls& calls)
    : channel_(channel), crew_(crew), calls_(calls), requests_(channel.submission_consumer()),
      budget_(channel.spin_limit_ns()), replies_(channel, slots_), lending_(*this), objects_(*this) {}

Result<Greeting> Session::take_greeting() {
    const auto raw = RSL_TRY(requests_.pop());
    if (!raw) return Status::kNotFound;
    const auto entry = std::bit_cast<RequestEntry>(*raw);
    if (entry.message != MessageId::kHello) return Status::kProtocolViolation;
    const auto hello =
        RSL_TRY(protocol::decode<protocol::Hello>(entry, channel_.layout().arena_bytes));
    Greeting greeting{.request_id = entry.request_id, .client_pid = hello.client_pid,
                      .windows_process = hello.windows_process, .windows_parent = hello.windows_parent,
                      .name_bytes = hello.image_name.bytes, .arena_address = hello.arena_address,
                      .peb32 = hello.peb32, .name = {}};
    if (hello.version != protocol::kVersion) return Status::kNotSupported;
    lending_.open(hello.lending);
    if ((entry.flags & protocol::kLendsObjects) != 0) objects_.open();
    RSL_TRY(copy_in(hello.image_name, std::as_writable_bytes(std::span(greeting.name))));
    return greeting;
}

void Session::answer_greeting(const Greeting& greeting, int32_t status, uint64_t process_id) {
    threads_.store(1, std::memory_order_relaxed);
    Slot* slot = slots_.take();
    slot->request_id = greeting.request_id;
    answer(*slot, status, protocol::kVersion, process_id, transport::kMaxOutstanding,
           lending_.is_open() ? uint64_t{protocol::kBorrowsMemory} : 0);
}

void Session::work() {
    while (crew_.take_lead() == Lead::kTaken) lead();
}

void Session::lead() {
    keep_a_follower();
    for (uint32_t taken = 0;; ++taken) {
        const auto raw = requests_.pop();
        if (!raw) return end(CloseReason::kViolation, "the client's ring is damaged: its indices make no sense");
        if (taken % kRequestsPerLook == 0 && client_has_gone()) {
            return end(CloseReason::kClientLeft, "the client left");
        }
        if (replies_broken_.load(std::memory_order_acquire)) end_with_broken_replies();  // pairs with complete_at_once()
        if (ended()) return;
        if (!raw->has_value()) {
            if (client_has_gone()) return end(CloseReason::kClientLeft, "the client left");
            wait_for_work();
            continue;
        }
        counters_.requests.store(counters_.requests.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);  // the leader's
        if (serve(std::bit_cast<RequestEntry>(**raw)) == Next::kLeadGiven) return;
    }
}

Session::Next Session::serve(const RequestEntry& entry) {
    const auto checked = protocol::check_entry(entry, channel_.layout().arena_bytes);
    if (!checked && checked.failure() == Status::kProtocolViolation) {
        end(CloseReason::kViolation, "the client sent a malformed request");
        return Next::kLeadOn;
    }
    if (entry.message == MessageId::kLend) {
        const auto lent = protocol::body_of<protocol::Lend>(entry);
        if (!lending_.answer(entry.request_id, lent)) {
            end(CloseReason::kViolation, "the client lent memory that it was not asked for");
        }
        return Next::kLeadOn;
    }
    if (entry.message == MessageId::kLendObject) {
        if (!objects_.answer(entry.request_id, protocol::body_of<protocol::LendObject>(entry))) {
            end(CloseReason::kViolation, "the client lent an object that it was not asked for");
        }
        return Next::kLeadOn;
    }
    Slot* slot = slots_.take();
    if (slot == nullptr) {
        end(CloseReason::kViolation, "the client has more requests outstanding than it may");
        return Next::kLeadOn;
    }
    slot->request_id = entry.request_id;
    slot->handle = entry.handle;
    slot->message = entry.message;
    slot->flags = entry.flags;
    slot->cancel_asked.store(false, std::memory_order_relaxed);
    slot->progress.store(0, std::memory_order_relaxed);
    slot->active.store(true, std::memory_order_release);  // pairs with cancel_everything()
    if (!checked) {
        answer(*slot, checked.failure().nt(), 0, 0);  // a message of a later version
        return Next::kLeadOn;
    }
    if (entry.message != MessageId::kIoControl && is_quick(entry.message)) return serve_in_lead(entry, *slot);

    const bool last_thread =
        executing_.load(std::memory_order_relaxed) + 1 >= threads_.load(std::memory_order_relaxed);
    if (last_thread) {  // all others are stuck in drivers, and there can be no more of them
        if (entry.message == MessageId::kClose) {
            lending_.refuse(true);  // nobody would take the client's answer
            settle(*slot, call(entry, *slot));
            lending_.refuse(false);
        } else {
            answer(*slot, status::kInsufficientResources, 0, 0);
        }
        return Next::kLeadOn;
    }
    if (entry.message == MessageId::kLoadCommit || entry.message == MessageId::kStoreDriver) {
        if (const int32_t refusal = begin_commit(entry); refusal != status::kSuccess) {
            answer(*slot, refusal, 0, 0);
            return Next::kLeadOn;
        }
    }
    executing_.fetch_add(1, std::memory_order_relaxed);
    count_in(*slot);
    const uint32_t index = slots_.index_of(*slot);
    crew_.offer_lead(index);
    begin_memory(entry, *slot);
    const Outcome outcome = call(entry, *slot);
    crew_.call_returned(index);
    return_memory(*slot, outcome.status == status::kPending ? NtCalls::Request::kPends : NtCalls::Request::kEnds);
    settle_inline(*slot, outcome);
    executing_.fetch_sub(1, std::memory_order_relaxed);
    return Next::kLeadGiven;
}

Session::Next Session::serve_in_lead(const RequestEntry& entry, Slot& slot) {
    const Target target{slots_.index_of(slot), entry.handle};
    switch (entry.message) {
        case MessageId::kPing:
            answer(slot, status::kSuccess, 0, protocol::body_of<protocol::Ping>(entry).cookie);
            break;
        case MessageId::kCancel: settle(slot, cancel(entry)); break;
        case MessageId::kCreateEvent:
            settle(slot, calls_.create_event(target, protocol::body_of<protocol::CreateEvent>(entry)));
            break;
        case MessageId::kSignalEvent:
            settle(slot, calls_.signal_event(target, protocol::body_of<protocol::SignalEvent>(entry)));
            break;
        case MessageId::kSignalOwnObject:
            settle(slot, calls_.signal_own_object(protocol::body_of<protocol::SignalOwnObject>(entry)));
            break;
        case MessageId::kGoodbye:
            answer(slot, status::kSuccess, 0, 0);
            end(CloseReason::kClientLeft, "the client said goodbye");
            break;
        case MessageId::kHello:
            end(CloseReason::kViolation, "the client said hello twice");
            break;
        default: settle(slot, run_upload(entry)); break;
    }
    return Next::kLeadOn;
}

Outcome Session::cancel(const RequestEntry& entry) {
    const auto body = protocol::body_of<protocol::Cancel>(entry);
    uint64_t asked = 0;
    // Only the leader, that is we, takes slots: one that ends meanwhile is not reused under our eyes.
    for (Slot& slot : slots_.all()) {
        if (!slot.active.load(std::memory_order_acquire) || slot.message == MessageId::kCancel) continue;
        const bool meant = body.scope == protocol::CancelScope::kAll ||
                           (body.scope == protocol::CancelScope::kHandle ? slot.handle == entry.handle
                                                                         : slot.request_id == body.request_id);
        if (meant && cancel_slot(slot)) ++asked;
    }
    return {asked > 0 ? status::kSuccess : status::kNotFound, asked, 0};
}

bool Session::cancel_slot(Slot& slot) {
    // First the word, then the deed: a thread that is only just making the call looks at the word
    // when the call comes back pending (settle).
    slot.cancel_asked.store(true, std::memory_order_seq_cst);
    const Outcome outcome = calls_.cancel({slots_.index_of(slot), slot.handle}, slot.message);
    return outcome.status >= 0 || slot.active.load(std::memory_order_acquire);
}

[[gnu::always_inline]] void Session::settle_inline(Slot& slot, const Outcome& outcome) {
    if (outcome.status == status::kPending) return settle(slot, outcome);
    prepare_answer(slot, outcome.status, outcome.information, outcome.value, 0, 0);
    after_sending(replies_.send_inline(slot.final));
}

void Session::settle(Slot& slot, const Outcome& outcome) {
    if (outcome.status != status::kPending) {
        answer(slot, outcome.status, outcome.information, outcome.value);
        return;
    }
    if ((slot.flags & protocol::kNotifyPending) != 0) notify_pending(slot);
    if (slot.cancel_asked.load(std::memory_order_seq_cst)) {
        (void)calls_.cancel({slots_.index_of(slot), slot.handle}, slot.message);
    }
    // From here the slot is complete()'s, unless that came first. Acquire: its outcome.
    const uint32_t before = slot.progress.fetch_or(Slot::kReturned, std::memory_order_acq_rel);
    if ((before & Slot::kCompleted) != 0) {
        return_memory(slot, NtCalls::Request::kEnds);
        answer(slot, slot.completed_status, slot.completed_information, 0);
    }
}

void Session::complete(uint32_t index, int32_t status, uint64_t information) {
    Slot& slot = slots_.at(index);
    slot.completed_status = status;
    slot.completed_information = information;
    const uint32_t before = slot.progress.fetch_or(Slot::kCompleted, std::memory_order_acq_rel);
    if ((before & Slot::kReturned) == 0) return;
    return_memory(slot, NtCalls::Request::kEnds);
    answer(slot, status, information, 0);
}

bool Session::complete_at_once(uint32_t index, int32_t status, uint64_t information) {
    if (ended()) return true;  // the client hears of the end, not of what it cancels
    if (lending_.is_used()) return false;
    Slot& slot = slots_.at(index);
    slot.completed_status = status;
    slot.completed_information = information;
    const uint32_t before = slot.progress.fetch_or(Slot::kCompleted, std::memory_order_acq_rel);
    if ((before & Slot::kReturned) == 0) return true;
    prepare_answer(slot, status, information, 0, 0, 0);
    send_at_once(slot.final);
    return true;
}

[[gnu::always_inline]] void Session::begin_memory(const RequestEntry& entry, Slot& slot) {
    if (!slot.counted || !lending_.is_open()) return;
    std::optional<protocol::Control> control;
    if (entry.message == MessageId::kIoControl || entry.message == MessageId::kFsControl) {
        control = protocol::body_of<protocol::Control>(entry);
        if ((control->flags & (protocol::kInputLent | protocol::kOutputLent)) != 0) lending_.note_use();
    }
    if (!lending_.is_used()) return;
    const auto others = lending_.is_only_request() ? NtCalls::Others::kNone : NtCalls::Others::kSome;
    calls_.begin_memory(slots_.index_of(slot), control ? &*control : nullptr, others);
}

[[gnu::always_inline]] void Session::return_memory(Slot& slot, NtCalls::Request request) {
    if (!slot.counted || !lending_.is_used()) return;
    const auto others = lending_.is_only_request() ? NtCalls::Others::kNone : NtCalls::Others::kSome;
    calls_.return_memory(slots_.index_of(slot), request, others);
    // Another one may have begun just now, and seen nothing left by us yet.
    const bool was_alone = others == NtCalls::Others::kNone && request == NtCalls::Request::kEnds;
    if (was_alone && !lending_.is_only_request()) calls_.begin_memory(slots_.index_of(slot), nullptr, NtCalls::Others::kSome);
}

void Session::count_in(Slot& slot) {
    slot.counted = reaches_drivers(slot.message);
    if (!slot.counted) return;
    lending_.request_begins();
}

void Session::count_out(Slot& slot) {
    if (std::exchange(slot.counted, false)) lending_.request_ends();
}

void Session::answer(Slot& slot, int32_t status, uint64_t information, uint64_t value, uint64_t second, uint64_t third) {
    prepare_answer(slot, status, information, value, second, third);
    send(slot.final);
}

[[gnu::always_inline]] void Session::prepare_answer(Slot& slot, int32_t status, uint64_t information, uint64_t value, uint64_t second, uint64_t third) {
    count_out(slot);
    slot.final.entry = {.request_id = slot.request_id, .status = status,
                        .kind = protocol::ReplyKind::kDone, .reserved = 0,
                        .information = information, .values = {value, second, third, 0, 0}};
    slot.final.finished = &slot;
    slot.final.quiet = (slot.flags & protocol::kNoBell) != 0;
}

void Session::notify_pending(Slot& slot) {
    slot.interim.entry = {.request_id = slot.request_id, .status = status::kPending,
                          .kind = protocol::ReplyKind::kPending, .reserved = 0, .information = 0,
                          .values = {}};
    slot.interim.finished = nullptr;
    send(slot.interim);
}

void Session::send(ReplyNode& node) { after_sending(replies_.send(node)); }

[[gnu::always_inline]] void Session::after_sending(SendOutcome outcome) {
    switch (outcome) {
        case SendOutcome::kSent: break;
        case SendOutcome::kSentRingClient: ring_client(); break;
        case SendOutcome::kClientBroken: end_with_broken_replies(); break;
    }
}

/// At up to DISPATCH_LEVEL: only the leader ends the session.
[[gnu::always_inline]] void Session::send_at_once(ReplyNode& node) {
    switch (replies_.send(node)) {
        case SendOutcome::kSent: break;
        case SendOutcome::kSentRingClient: ring_client(); break;
        case SendOutcome::kClientBroken:
            replies_broken_.store(true, std::memory_order_release);  // pairs with lead()
            crew_.wake();
            break;
    }
}

void Session::ring_client() {
    counters_.bells.fetch_add(1, std::memory_order_relaxed);
    crew_.ring_client();
}

void Session::end_with_broken_replies() {
    end(CloseReason::kViolation, "the client does not take its replies, or its ring is damaged");
}

void Session::wait_for_work() {
    uint64_t waited_ns = 0;
    if (budget_.ns() != 0 && spin_for_work(waited_ns)) return budget_.waited(waited_ns);
    std::atomic<uint32_t>& asleep = channel_.header().guest_asleep;
    transport::announce_sleep(asleep);
    if (has_work()) return transport::retract_sleep(asleep);
    const uint64_t start = crew_.now_ns();
    counters_.sleeps.fetch_add(1, std::memory_order_relaxed);
    crew_.sleep({[](const void* session) { return static_cast<const Session*>(session)->has_work(); }, this});
    transport::retract_sleep(asleep);
    budget_.waited(waited_ns + (crew_.now_ns() - start));
}

bool Session::spin_for_work(uint64_t& waited_ns) {
    const auto look_often = [this] {
        for (uint32_t i = 0; i < kLooksPerSpin; ++i) {
            if (requests_.has_entry()) return true;
        }
        return false;
    };
    for (uint32_t i = 0; i < kSpinsWithoutClock; ++i) {
        if (look_often()) return true;
        transport::pause();
    }
    const uint64_t start = crew_.now_ns();
    for (uint32_t spins = 1;; ++spins) {
        transport::pause();
        if (look_often()) break;
        if (spins % kSpinsPerYield == 0) crew_.yield();
        if (spins % kSpinsPerLook != 0) continue;
        waited_ns = crew_.now_ns() - start;
        if (waited_ns >= budget_.ns()) return false;
    }
    return true;
}

bool Session::has_work() const { return requests_.has_entry() || client_has_gone() || ended(); }

bool Session::client_has_gone() const {
    // Pairs with Channel::detach_client().
    return channel_.header().host_state.load(std::memory_order_acquire) == transport::HostState::kGone;
}

void Session::keep_a_follower() {
    const uint32_t threads = threads_.load(std::memory_order_relaxed);
    if (executing_.load(std::memory_order_relaxed) + 1 < threads || threads >= kMaxThreads) return;
    threads_.store(threads + 1, std::memory_order_relaxed);  // only the leader changes it
    if (!crew_.add_worker()) threads_.store(threads, std::memory_order_relaxed);
}

void Session::end(CloseReason reason, const char* text) {
    if (cause_set_.exchange(true, std::memory_order_relaxed)) return;  // the first cause counts
    cause_ = {reason, text};
    ending_.store(true, std::memory_order_release);  // pairs with ended()
    lending_.stop();
    objects_.stop();
    crew_.dismiss();
    crew_.wake();
}

void Session::cancel_everything() {
    for (Slot& slot : slots_.all()) {
        if (slot.active.load(std::memory_order_acquire)) (void)cancel_slot(slot);
    }
}

void Session::clean_up() { drop_upload(); }

Result<Bytes> Session::copy_in(protocol::ArenaSpan span, std::span<std::byte> to) const {
    if (span.bytes > to.size()) return Status::kProtocolViolation;
    if (span.bytes > 0) std::memcpy(to.data(), channel_.arena().data() + span.offset, span.bytes);
    return Bytes(to.first(span.bytes));
}

}  // namespace rsl::server

// SPDX-License-Identifier: GPL-2.0-only
#include "server/driver/kernel_crew.hpp"

namespace rsl::server {
namespace {

constexpr ULONG kHostPeer = 1;
constexpr ULONG kDoorbellRegister = 3;
/// A call in which a thread neither blocks nor returns for one to two of these no longer holds the lead.
constexpr int64_t kWatchdogMs = 10;
constexpr uint32_t kSlotBits = 16;
static_assert(kSlots < 1u << kSlotBits);

/// The kernel reads it under its own lock, at the next look: hence the nudge.
void change_concurrency(KQUEUE& queue, int by) {
    std::atomic_ref(queue.MaximumCount).fetch_add(static_cast<ULONG>(by), std::memory_order_relaxed);
}

}  // namespace

KernelCrew::KernelCrew(RSL_DOORBELL& doorbell, const Duties& duties, std::atomic<PKTHREAD>& halting)
    : doorbell_(doorbell), halting_(halting), duties_(duties) {
    KeInitializeQueue(&queue_, 1);
    KeInitializeEvent(&bell_, SynchronizationEvent, FALSE);
    for (KEVENT& event : answered_) KeInitializeEvent(&event, SynchronizationEvent, FALSE);
    KeInitializeTimer(&watchdog_);
    KeInitializeDpc(&watchdog_dpc_, &KernelCrew::on_watchdog, this);
}

KernelCrew::~KernelCrew() {
    dismissed_.store(true, std::memory_order_seq_cst);  // pairs with start_watchdog()
    KeCancelTimer(&watchdog_);
    KeFlushQueuedDpcs();
    KeCancelTimer(&watchdog_);  // what a last run of it has set
    KeFlushQueuedDpcs();
}

Lead KernelCrew::take_lead() {
    for (;;) {
        uint64_t offer = offer_.load(std::memory_order_acquire);
        if (offer != kTaken && offer_.compare_exchange_strong(offer, kTaken, std::memory_order_seq_cst)) return Lead::kTaken;
        if (take_entry(nullptr) == &end_) return Lead::kSessionEnded;
    }
}

/// Waits for an entry, with nullptr for ever. None but the end matters to the caller: the others say that there is something to look for.
const LIST_ENTRY* KernelCrew::take_entry(LARGE_INTEGER* timeout) {
    LIST_ENTRY* entry = KeRemoveQueue(&queue_, KernelMode, timeout);
    if (entry == &token_) token_queued_.store(false, std::memory_order_seq_cst);  // before the look; pairs with offer_lead()
    if (entry == &nudge_) nudged_.store(false, std::memory_order_release);        // pairs with look_at_call()
    if (entry == &end_) KeInsertQueue(&queue_, &end_);                            // for the next one
    return entry;
}

void KernelCrew::queue_token() {
    if (!token_queued_.exchange(true, std::memory_order_seq_cst)) KeInsertQueue(&queue_, &token_);
}

[[gnu::always_inline]] void KernelCrew::offer_lead(uint32_t slot) {
    calls_[slot].store(Call::kCalled, std::memory_order_relaxed);
    offer_.store(++offers_ << kSlotBits | slot, std::memory_order_seq_cst);  // pairs with take_lead(), look_at_call()
    if (!token_queued_.load(std::memory_order_seq_cst)) queue_token();
}

[[gnu::always_inline]] void KernelCrew::call_returned(uint32_t slot) {
    if (calls_[slot].exchange(Call::kIdle, std::memory_order_acq_rel) != Call::kExcused) return;
    change_concurrency(queue_, -1);
}

// ---- The watchdog: a timer that runs while the leader is awake

VOID NTAPI KernelCrew::on_watchdog(struct _KDPC*, PVOID context, PVOID, PVOID) {
    auto& crew = *static_cast<KernelCrew*>(context);
    crew.look_at_call();
    crew.watched_.store(false, std::memory_order_seq_cst);
    if (!crew.asleep_.load(std::memory_order_seq_cst)) crew.start_watchdog();  // pairs with sleep()
}

/// An offer that stands as it did a period ago: its thread is in the call still, and runs.
void KernelCrew::look_at_call() {
    const uint64_t offer = offer_.load(std::memory_order_acquire);
    if (offer == kTaken || offer == kFirstOffer || std::exchange(offer_seen_, offer) != offer) return;
    Call called = Call::kCalled;
    if (!calls_[offer & ((1u << kSlotBits) - 1)].compare_exchange_strong(called, Call::kExcused, std::memory_order_acq_rel)) {
        return;
    }
    change_concurrency(queue_, 1);
    if (!nudged_.exchange(true, std::memory_order_acquire)) KeInsertQueue(&queue_, &nudge_);
}

void KernelCrew::start_watchdog() {
    if (watched_.load(std::memory_order_seq_cst) || dismissed_.load(std::memory_order_seq_cst)) return;
    if (watched_.exchange(true, std::memory_order_seq_cst)) return;
    KeSetTimer(&watchdog_, relative_ms(kWatchdogMs), &watchdog_dpc_);
}

bool KernelCrew::add_worker() {
    if (thread_count_ == threads_.size() || dismissed_.load(std::memory_order_relaxed)) return false;
    PETHREAD thread = nullptr;
    if (RslCreateClientThread(process_, &KernelCrew::run, this, &thread) < 0) return false;
    threads_[thread_count_++] = thread;
    start_watchdog();
    return true;
}

VOID NTAPI KernelCrew::run(PVOID context) {
    auto& crew = *static_cast<KernelCrew*>(context);
    crew.look_for_entry();  // from here on the queue counts this thread
    crew.duties_.work(crew.duties_.context);
    PsTerminateSystemThread(0);
}

void KernelCrew::dismiss() {
    if (dismissed_.exchange(true, std::memory_order_relaxed)) return;
    KeInsertQueue(&queue_, &end_);
    duties_.ended(duties_.context);
}

void KernelCrew::sleep(const Reason& reason) {
    asleep_.store(true, std::memory_order_relaxed);
    // After a halt that somebody else ended, bells come as events again; what came before is seen now.
    if (!halt(reason) && !reason()) {
        // Waiting with a token in the queue would wake a thread, and there is no offer.
        if (token_queued_.load(std::memory_order_relaxed)) look_for_entry();
        KeWaitForSingleObject(&bell_, UserRequest, KernelMode, FALSE, nullptr);
    }
    asleep_.store(false, std::memory_order_seq_cst);  // pairs with on_watchdog()
    start_watchdog();
}

void KernelCrew::look_for_entry() {
    LARGE_INTEGER at_once = {};
    take_entry(&at_once);
}

/// On the only processor the leader itself halts (docs/adr/0028-halting.md).
bool KernelCrew::halt(const Reason& reason) {
    if (KeQueryActiveProcessorCount(nullptr) != 1) return false;
    struct Look {
        const Reason& reason;
        KEVENT& bell;
    } look{reason, bell_};
    const PKTHREAD self = KeGetCurrentThread();
    halting_.store(self, std::memory_order_seq_cst);  // pairs with Station::on_interrupt() and wake()
    const bool found = RslHaltUntil(
        [](PVOID context) -> BOOLEAN {
            const auto& it = *static_cast<Look*>(context);
            return KeReadStateEvent(&it.bell) != 0 || it.reason();
        },
        &look);
    halting_.store(nullptr, std::memory_order_seq_cst);
    if (lifted_.exchange(false)) KeSetBasePriorityThread(self, own_increment_);
    if (found) KeClearEvent(&bell_);
    return found;
}

void KernelCrew::wake() {
    KeSetEvent(&bell_, EVENT_INCREMENT, FALSE);
    // A leader whose halt others have ended waits for the processor, not for the bell: it gets what the event would give.
    const PKTHREAD leader = halting_.load(std::memory_order_seq_cst);
    if (leader == nullptr || leader == KeGetCurrentThread() || lifted_.exchange(true)) return;
    own_increment_ = KeSetBasePriorityThread(leader, EVENT_INCREMENT);
}

bool KernelCrew::await_answer(Asker asker, uint32_t timeout_ms) {
    LARGE_INTEGER timeout = relative_ms(timeout_ms);
    return KeWaitForSingleObject(&answered_[static_cast<size_t>(asker)], WrPageIn, KernelMode, FALSE, &timeout) != STATUS_TIMEOUT;
}

void KernelCrew::wake_asker(Asker asker) { KeSetEvent(&answered_[static_cast<size_t>(asker)], EVENT_INCREMENT, FALSE); }

void KernelCrew::ring_client() { doorbell_.Registers[kDoorbellRegister] = kHostPeer << 16; }

void KernelCrew::yield() { ZwYieldExecution(); }

bool KernelCrew::wait_for_threads(int64_t milliseconds) {
    for (; thread_count_ > 0; --thread_count_) {
        PETHREAD thread = threads_[thread_count_ - 1];
        LARGE_INTEGER timeout = relative_ms(milliseconds);
        if (KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, &timeout) == STATUS_TIMEOUT) return false;
        ObDereferenceObject(thread);
    }
    return true;
}

void KernelCrew::cancel_blocked_calls() {
    for (uint32_t i = 0; i < thread_count_; ++i) {
        HANDLE handle;
        if (ObOpenObjectByPointer(threads_[i], OBJ_KERNEL_HANDLE, nullptr, THREAD_TERMINATE, *RslImportedThreadType,
                                  KernelMode, &handle) < 0) {
            continue;
        }
        IO_STATUS_BLOCK ignored;
        NtCancelSynchronousIoFile(handle, nullptr, &ignored);  // the keeper's own mode is KernelMode
        ZwClose(handle);
    }
}

}  // namespace rsl::server

// SPDX-License-Identifier: GPL-2.0-only
// A session's threads in the VM: client threads around a KQUEUE of concurrency 1. A thread that calls a driver leaves an
// offer of the lead behind, and in the queue lies a token that says so: when the thread blocks, the queue wakes the next
// one, which finds the token and then the offer. A thread that does not block takes its own offer back, with one exchange
// and without the queue (docs/adr/0009-server-threads.md). For a thread that neither blocks nor returns the queue's
// concurrency is raised until it does (docs/adr/0011-server-watchdog.md):
//
//     idle ── offer ─▶ called ── return ─▶ idle
//                        └── watchdog: concurrency + 1 ─▶ excused ── return: concurrency - 1 ─▶ idle
#pragma once

#include <array>
#include <atomic>

#include "server/driver/nt.hpp"
#include "server/engine/crew.hpp"
#include "server/engine/slot.hpp"

namespace rsl::server {

class KernelCrew final : public Crew {
  public:
    /// `work` runs in each thread; `ended` is told once that the crew was dismissed.
    struct Duties {
        void (*work)(void* context);
        void (*ended)(void* context);
        void* context;
    };
    /// `halting`: the leader while it halts and looks at the ring after every interrupt: a bell in it need not be passed on.
    KernelCrew(RSL_DOORBELL& doorbell, const Duties& duties, std::atomic<PKTHREAD>& halting);
    ~KernelCrew();
    /// Whose threads they are; before the first add_worker().
    void set_process(PEPROCESS process) { process_ = process; }

    Lead take_lead() override;
    void offer_lead(uint32_t slot) override;
    void call_returned(uint32_t slot) override;
    bool add_worker() override;
    void dismiss() override;
    void sleep(const Reason& reason) override;
    void wake() override;
    bool await_answer(Asker asker, uint32_t timeout_ms) override;
    void wake_asker(Asker asker) override;
    void ring_client() override;
    void yield() override;
    uint64_t now_ns() override { return server::now_ns(); }

    /// Waits for every thread; false when one is still there after the time.
    bool wait_for_threads(int64_t milliseconds);
    /// Cancels what threads that have not left wait for in drivers: opens have no handle to do it by.
    void cancel_blocked_calls();

  private:
    enum class Call : uint8_t { kIdle, kCalled, kExcused };
    /// No lead is offered; else a count of the offers, with the slot of the last one. The first one is nobody's call.
    static constexpr uint64_t kTaken = 0, kFirstOffer = ~uint64_t{0};

    static VOID NTAPI run(PVOID context);
    static VOID NTAPI on_watchdog(struct _KDPC* dpc, PVOID context, PVOID, PVOID);
    void look_at_call();
    void start_watchdog();

    const LIST_ENTRY* take_entry(LARGE_INTEGER* timeout);
    void queue_token();
    void look_for_entry();
    bool halt(const Reason& reason);

    RSL_DOORBELL& doorbell_;
    std::atomic<PKTHREAD>& halting_;
    std::atomic<bool> lifted_ = false;  // wake() has put the halting leader above others
    LONG own_increment_ = 0;            // what it had before
    PEPROCESS process_ = nullptr;
    Duties duties_;
    KQUEUE queue_;
    LIST_ENTRY token_;  // there may be an offer; it stays queued while threads take their own offers back
    LIST_ENTRY end_;
    LIST_ENTRY nudge_;  // makes a waiter look again
    KEVENT bell_;
    KEVENT answered_[kAskers];
    KTIMER watchdog_;
    KDPC watchdog_dpc_;
    uint64_t offer_seen_ = kTaken;  // the watchdog's
    uint64_t offers_ = 0;           // the leader's
    std::atomic<uint64_t> offer_ = kFirstOffer;
    std::atomic<bool> token_queued_ = false;
    std::array<std::atomic<Call>, kSlots> calls_{};
    std::atomic<bool> nudged_ = false, asleep_ = false, watched_ = false;
    std::atomic<bool> dismissed_ = false;
    std::array<PETHREAD, kMaxThreads> threads_{};  // referenced; the leader's, then the keeper's
    uint32_t thread_count_ = 0;
};

}  // namespace rsl::server

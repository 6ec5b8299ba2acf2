// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ke/call.hpp"

#include "kernel/arch/arch.hpp"
#include "kernel/ke/ipi.hpp"
#include "kernel/ke/processor.hpp"
#include "kernel/ke/spin_lock.hpp"

namespace rsl::ke {
namespace {

/// Makes the calls that others asked of this processor.
void serve_calls(Processor& here) {
    CallRequest* request = here.call_requests.exchange(nullptr, std::memory_order_acquire);
    while (request != nullptr) {
        CallRequest* const next = request->next[here.number];  // the request goes when we report it
        request->routine(request->argument);
        request->pending.fetch_sub(1, std::memory_order_release);  // pairs with call_others()
        request = next;
    }
}

void push(CallRequest& request, Processor& target) {
    std::atomic<CallRequest*>& list = target.call_requests;
    CallRequest* head = list.load(std::memory_order_relaxed);
    do {
        request.next[target.number] = head;
    } while (!list.compare_exchange_weak(head, &request, std::memory_order_release,
                                         std::memory_order_relaxed));  // pairs with serve_calls()
}

/// At DISPATCH_LEVEL or above.
void send_to_others(CallRequest& request, const Processor& here, uint32_t count) {
    request.pending.store(count - 1, std::memory_order_relaxed);  // published by the push
    for (uint32_t i = 0; i < count; ++i) {
        if (i != here.number) push(request, *processors[i]);
    }
    arch::send_ipi_to_others(arch::Ipi::kCall);
}

void serve_own(Processor& here) {
    const bool were_on = arch::disable_interrupts();
    serve_calls(here);
    arch::restore_interrupts(were_on);
}

void await_others(const CallRequest& request, Processor& here) {
    while (request.pending.load(std::memory_order_acquire) != 0) {
        if (here.call_requests.load(std::memory_order_relaxed) != nullptr) serve_own(here);
        arch::pause();  // never right behind STI: QEMU prolongs its shadow by a PAUSE
    }
}

}  // namespace

void call_others(void (*routine)(void* argument), void* argument) {
    const uint32_t count = processor_count.load(std::memory_order_acquire);
    if (count < 2) return;
    // Stay on this processor: at DISPATCH_LEVEL, or above if the caller is.
    const KIRQL old = arch::irql();
    if (old < DISPATCH_LEVEL) raise_irql(DISPATCH_LEVEL);
    Processor& here = arch::processor();
    CallRequest request;
    request.routine = routine;
    request.argument = argument;
    send_to_others(request, here, count);
    await_others(request, here);
    if (old < DISPATCH_LEVEL) lower_irql(old);
}

void on_call_ipi() { serve_calls(arch::processor()); }

// ---- KeIpiGenericCall: all at once, the caller too ----------------------------------------------------

namespace {

struct Broadcast {
    PKIPI_BROADCAST_WORKER worker;
    ULONG_PTR argument;
    std::atomic<uint32_t> missing;
};

constinit SpinLock broadcast_lock{LockRank::kIo};  // two at once would wait for each other

void meet_and_run(void* argument) {
    auto& broadcast = *static_cast<Broadcast*>(argument);
    broadcast.missing.fetch_sub(1, std::memory_order_acq_rel);
    while (broadcast.missing.load(std::memory_order_acquire) != 0) arch::pause();
    broadcast.worker(broadcast.argument);
}

}  // namespace

ULONG_PTR broadcast(PKIPI_BROADCAST_WORKER worker, ULONG_PTR argument) {
    SpinLockGuard guard{broadcast_lock};
    const uint32_t count = processor_count.load(std::memory_order_acquire);
    Broadcast request{.worker = worker, .argument = argument, .missing = count};
    struct Own {
        Broadcast* request;
        ULONG_PTR result;
    };
    // Our own part runs while we wait for the others: as a call that we serve ourselves.
    Own state{&request, 0};
    CallRequest own, theirs;
    own.routine = [](void* opaque) {
        auto& mine = *static_cast<Own*>(opaque);
        mine.request->missing.fetch_sub(1, std::memory_order_acq_rel);
        while (mine.request->missing.load(std::memory_order_acquire) != 0) arch::pause();
        const KIRQL old = raise_irql(IPI_LEVEL);
        mine.result = mine.request->worker(mine.request->argument);
        lower_irql(old);
    };
    own.argument = &state;
    own.pending.store(1, std::memory_order_relaxed);
    theirs.routine = meet_and_run;
    theirs.argument = &request;
    Processor& here = arch::processor();
    // An interrupt in between, for somebody else's call, would have us begin with what nobody else has been asked for.
    const bool were_on = arch::disable_interrupts();
    push(own, here);
    if (count > 1) send_to_others(theirs, here, count);
    arch::restore_interrupts(were_on);
    if (count > 1) await_others(theirs, here);
    if (own.pending.load(std::memory_order_acquire) != 0) serve_own(here);  // no others: nobody served it yet
    return state.result;
}

void run_alone(void (*routine)(void* argument), void* argument) {
    struct Alone {
        void (*routine)(void*);
        void* argument;
        uint32_t number;
        std::atomic<bool> done;
    };
    const KIRQL old = arch::irql();
    if (old < DISPATCH_LEVEL) raise_irql(DISPATCH_LEVEL);  // stay on this processor
    Alone alone{routine, argument, arch::processor().number, false};
    broadcast(
        [](ULONG_PTR opaque) NTAPI -> ULONG_PTR {
            auto& all = *reinterpret_cast<Alone*>(opaque);
            if (arch::processor().number == all.number) {
                all.routine(all.argument);
                all.done.store(true, std::memory_order_release);
            } else {
                while (!all.done.load(std::memory_order_acquire)) arch::pause();
            }
            return 0;
        },
        reinterpret_cast<ULONG_PTR>(&alone));
    if (old < DISPATCH_LEVEL) lower_irql(old);
}

}  // namespace rsl::ke

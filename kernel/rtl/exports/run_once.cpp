// SPDX-License-Identifier: GPL-2.0-only
// One-time initialization.
//
//   Ptr, low two bits    00 not begun      01 one thread works; the rest is its waiters' list
//                        11 any number works in parallel (ASYNC)     10 done; the rest is the context
//
//   IRQL     <= APC_LEVEL
//   Source   learn.microsoft.com/windows-hardware/drivers/ddi/ntddk/nf-ntddk-rtlrunoncebegininitialize
//   Differs  nothing known
#include <atomic>

#include "abi/functions/rtl.h"
#include "abi/types/status.h"
#include "kernel/ke/irql.hpp"
#include "kernel/ke/thread.hpp"

namespace {

constexpr uint64_t kStateBits = 3, kNew = 0, kWorking = 1, kDone = 2, kParallel = 3;
static_assert(kStateBits == (1 << RTL_RUN_ONCE_CTX_RESERVED_BITS) - 1);

/// On the stack of a thread that waits for the one that works.
struct alignas(8) Waiter {
    rsl::ke::Event done{rsl::ke::Event::Kind::kNotification};
    Waiter* next = nullptr;
};

std::atomic_ref<uint64_t> word_of(RTL_RUN_ONCE* once) {
    return std::atomic_ref<uint64_t>(*reinterpret_cast<uint64_t*>(&once->Ptr));
}

/// Waits until the thread that works has finished, in whatever way.
void wait_for_worker(std::atomic_ref<uint64_t> word, uint64_t seen) {
    Waiter self;
    do {
        if ((seen & kStateBits) != kWorking) return;
        self.next = reinterpret_cast<Waiter*>(seen & ~kStateBits);
        // Release: finish() reads the waiter behind this word.
    } while (!word.compare_exchange_weak(seen, reinterpret_cast<uint64_t>(&self) | kWorking,
                                         std::memory_order_acq_rel, std::memory_order_acquire));
    (void)self.done.wait();
}

/// Sets the outcome and wakes who waited for it.
void finish(std::atomic_ref<uint64_t> word, uint64_t outcome) {
    const uint64_t old = word.exchange(outcome, std::memory_order_acq_rel);  // pairs with wait_for_worker
    for (auto* waiter = reinterpret_cast<Waiter*>(old & ~kStateBits); waiter != nullptr;) {
        Waiter* next = waiter->next;  // its stack may be gone once it is woken
        waiter->done.set();
        waiter = next;
    }
}

}  // namespace

RSL_EXPORT VOID NTAPI RtlRunOnceInitialize(PRTL_RUN_ONCE RunOnce) {
    word_of(RunOnce).store(kNew, std::memory_order_relaxed);  // the caller's structure, nobody else's yet
}

/// RtlRunOnceBeginInitialize: STATUS_SUCCESS done already, STATUS_PENDING the caller does it now,
/// STATUS_UNSUCCESSFUL (CHECK_ONLY) not done, STATUS_INVALID_PARAMETER mixed ways.
RSL_EXPORT NTSTATUS NTAPI RtlRunOnceBeginInitialize(PRTL_RUN_ONCE RunOnce, ULONG Flags, PVOID* Context) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const bool check = (Flags & RTL_RUN_ONCE_CHECK_ONLY) != 0, parallel = (Flags & RTL_RUN_ONCE_ASYNC) != 0;
    if ((Flags & ~(RTL_RUN_ONCE_CHECK_ONLY | RTL_RUN_ONCE_ASYNC)) != 0 || (check && parallel)) {
        return STATUS_INVALID_PARAMETER;
    }
    const auto word = word_of(RunOnce);
    uint64_t seen = word.load(std::memory_order_acquire);  // pairs with finish(): the context's data
    for (;;) {
        switch (seen & kStateBits) {
            case kDone:
                if (Context != nullptr) *Context = reinterpret_cast<PVOID>(seen & ~kStateBits);
                return STATUS_SUCCESS;
            case kNew:
                if (check) return STATUS_UNSUCCESSFUL;
                if (word.compare_exchange_strong(seen, parallel ? kParallel : kWorking, std::memory_order_acq_rel,
                                                 std::memory_order_acquire)) {
                    return STATUS_PENDING;
                }
                break;
            case kParallel:
                if (check) return STATUS_UNSUCCESSFUL;
                return parallel ? STATUS_PENDING : STATUS_INVALID_PARAMETER;
            default:
                if (check) return STATUS_UNSUCCESSFUL;
                if (parallel) return STATUS_INVALID_PARAMETER;
                wait_for_worker(word, seen);
                seen = word.load(std::memory_order_acquire);  // as above
                break;
        }
    }
}

/// RtlRunOnceComplete: STATUS_SUCCESS, STATUS_UNSUCCESSFUL (somebody else was first, or nobody had
/// begun), STATUS_INVALID_PARAMETER.
RSL_EXPORT NTSTATUS NTAPI RtlRunOnceComplete(PRTL_RUN_ONCE RunOnce, ULONG Flags, PVOID Context) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const bool failed = (Flags & RTL_RUN_ONCE_INIT_FAILED) != 0, parallel = (Flags & RTL_RUN_ONCE_ASYNC) != 0;
    const auto context = reinterpret_cast<uint64_t>(Context);
    if ((Flags & ~(RTL_RUN_ONCE_INIT_FAILED | RTL_RUN_ONCE_ASYNC)) != 0 || (failed && parallel) ||
        (context & kStateBits) != 0 || (failed && context != 0)) {
        return STATUS_INVALID_PARAMETER;
    }
    const auto word = word_of(RunOnce);
    uint64_t seen = word.load(std::memory_order_acquire);  // pairs with the begin of this round
    if (parallel) {
        if ((seen & kStateBits) != kParallel) return STATUS_UNSUCCESSFUL;
        const bool first = word.compare_exchange_strong(seen, context | kDone, std::memory_order_acq_rel,
                                                        std::memory_order_acquire);
        return first ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
    }
    if ((seen & kStateBits) != kWorking) return STATUS_UNSUCCESSFUL;
    finish(word, failed ? kNew : context | kDone);
    return STATUS_SUCCESS;
}

/// RtlRunOnceExecuteOnce runs InitFn unless that has succeeded before; others wait meanwhile.
///   Returns  STATUS_SUCCESS, STATUS_UNSUCCESSFUL (InitFn returned FALSE)
RSL_EXPORT NTSTATUS NTAPI RtlRunOnceExecuteOnce(PRTL_RUN_ONCE RunOnce, PRTL_RUN_ONCE_INIT_FN InitFn, PVOID Parameter,
                                                PVOID* Context) {
    RSL_IRQL_AT_MOST(APC_LEVEL);
    const NTSTATUS begun = RtlRunOnceBeginInitialize(RunOnce, 0, Context);
    if (begun != STATUS_PENDING) return begun;
    PVOID made = nullptr;
    if (InitFn(RunOnce, Parameter, &made) == 0) {
        (void)RtlRunOnceComplete(RunOnce, RTL_RUN_ONCE_INIT_FAILED, nullptr);
        return STATUS_UNSUCCESSFUL;
    }
    if (Context != nullptr) *Context = made;
    return RtlRunOnceComplete(RunOnce, 0, made);
}

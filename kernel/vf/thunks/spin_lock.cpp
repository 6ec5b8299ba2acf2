// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/arch/arch.hpp"
#include "kernel/vf/deadlock.hpp"
#include "kernel/vf/raised.hpp"
#include "kernel/vf/thunks.hpp"
#include "kernel/vf/violation.hpp"

namespace rsl::vf {
namespace {

constexpr uint32_t kViolation = DRIVER_VERIFIER_DETECTED_VIOLATION;
constexpr LockKind kPlain = LockKind::kSpinLock, kQueued = LockKind::kQueuedSpinLock;

void acquiring(const Caller& caller, const volatile void* lock, LockKind kind) {
    if (caller.driver == nullptr) return;
    const KIRQL now = arch::irql();
    if (now > DISPATCH_LEVEL) {
        stop(caller, {kViolation,
                      {0x42, now, number_of(lock), 0},
                      "the driver called KeAcquireSpinLock above DISPATCH_LEVEL",
                      "interrupt routines share data by KeSynchronizeExecution or "
                      "KeAcquireInterruptSpinLock"});
    }
    lock_wanted(caller, lock, kind);
}
void acquired(const Caller& caller, const volatile void* lock, LockKind kind, KIRQL before) {
    if (caller.driver == nullptr) return;
    count(caller.driver->counters.spin_lock_acquires);
    lock_taken(caller, lock, kind);
    after_raising(caller, before);
}
void releasing(const Caller& caller, const volatile void* lock, LockKind kind, KIRQL to) {
    if (caller.driver != nullptr) {
        const KIRQL now = arch::irql();
        if (now != DISPATCH_LEVEL) {
            stop(caller,
                 {kViolation,
                  {0x32, now, number_of(lock), 0},
                  "the driver called KeReleaseSpinLock at an IRQL other than DISPATCH_LEVEL",
                  "release each spin lock once, at the level at which it was taken"});
        }
        lock_released(caller, lock, kind, to < DISPATCH_LEVEL);
    }
    before_lowering(to);
}
void check_at_dpc_level(const Caller& caller, const volatile void* lock, uint64_t code,
                        const char* rule) {
    const KIRQL now = arch::irql();
    if (caller.driver == nullptr || now >= DISPATCH_LEVEL) return;
    stop(caller, {kViolation,
                  {code, now, number_of(lock), 0},
                  rule,
                  "below DISPATCH_LEVEL use KeAcquireSpinLock and KeReleaseSpinLock"});
}
constexpr const char* kAcquireRule =
    "the driver called KeAcquireSpinLockAtDpcLevel below DISPATCH_LEVEL";
constexpr const char* kReleaseRule =
    "the driver called KeReleaseSpinLockFromDpcLevel below DISPATCH_LEVEL";

const volatile void* lock_of(const KLOCK_QUEUE_HANDLE& handle) {
    constexpr uintptr_t kStateBits = 3;
    return reinterpret_cast<const void*>(number_of(handle.LockQueue.Lock) & ~kStateBits);
}

}  // namespace

namespace thunk {

VOID NTAPI KeInitializeSpinLock(PKSPIN_LOCK SpinLock) {
    RSL_VF_CALLER();
    lock_initialized(caller, SpinLock, kPlain);
    ::KeInitializeSpinLock(SpinLock);
}

KIRQL NTAPI KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock) {
    RSL_VF_CALLER();
    acquiring(caller, SpinLock, kPlain);
    const KIRQL before = ::KeAcquireSpinLockRaiseToDpc(SpinLock);
    acquired(caller, SpinLock, kPlain, before);
    return before;
}
VOID NTAPI KeAcquireSpinLock(PKSPIN_LOCK SpinLock, PKIRQL OldIrql) {
    RSL_VF_CALLER();
    acquiring(caller, SpinLock, kPlain);
    *OldIrql = ::KeAcquireSpinLockRaiseToDpc(SpinLock);
    acquired(caller, SpinLock, kPlain, *OldIrql);
}
VOID NTAPI KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql) {
    RSL_VF_CALLER();
    releasing(caller, SpinLock, kPlain, NewIrql);
    ::KeReleaseSpinLock(SpinLock, NewIrql);
}

VOID NTAPI KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock) {
    RSL_VF_CALLER();
    check_at_dpc_level(caller, SpinLock, 0x40, kAcquireRule);
    if (caller.driver != nullptr) lock_wanted(caller, SpinLock, kPlain);
    ::KeAcquireSpinLockAtDpcLevel(SpinLock);
    acquired(caller, SpinLock, kPlain, DISPATCH_LEVEL);
}
VOID NTAPI KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock) {
    RSL_VF_CALLER();
    check_at_dpc_level(caller, SpinLock, 0x41, kReleaseRule);
    lock_released(caller, SpinLock, kPlain, false);
    ::KeReleaseSpinLockFromDpcLevel(SpinLock);
}
BOOLEAN NTAPI KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock) {
    RSL_VF_CALLER();
    check_at_dpc_level(caller, SpinLock, 0x40, kAcquireRule);
    const BOOLEAN taken = ::KeTryToAcquireSpinLockAtDpcLevel(SpinLock);
    if (taken) acquired(caller, SpinLock, kPlain, DISPATCH_LEVEL);
    return taken;
}

KIRQL NTAPI KeAcquireSpinLockForDpc(PKSPIN_LOCK SpinLock) {
    RSL_VF_CALLER();
    if (caller.driver != nullptr) lock_wanted(caller, SpinLock, kPlain);
    const KIRQL before = ::KeAcquireSpinLockForDpc(SpinLock);
    acquired(caller, SpinLock, kPlain, before);
    return before;
}
VOID NTAPI KeReleaseSpinLockForDpc(PKSPIN_LOCK SpinLock, KIRQL OldIrql) {
    RSL_VF_CALLER();
    lock_released(caller, SpinLock, kPlain, OldIrql < DISPATCH_LEVEL);
    before_lowering(OldIrql);
    ::KeReleaseSpinLockForDpc(SpinLock, OldIrql);
}
KIRQL NTAPI KeAcquireSpinLockRaiseToSynch(PKSPIN_LOCK SpinLock) {
    RSL_VF_CALLER();
    if (caller.driver != nullptr) lock_wanted(caller, SpinLock, kPlain);
    const KIRQL before = ::KeAcquireSpinLockRaiseToSynch(SpinLock);
    acquired(caller, SpinLock, kPlain, before);
    return before;
}

VOID NTAPI KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle) {
    RSL_VF_CALLER();
    acquiring(caller, SpinLock, kQueued);
    ::KeAcquireInStackQueuedSpinLock(SpinLock, LockHandle);
    acquired(caller, SpinLock, kQueued, LockHandle->OldIrql);
}
VOID NTAPI KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE LockHandle) {
    RSL_VF_CALLER();
    releasing(caller, lock_of(*LockHandle), kQueued, LockHandle->OldIrql);
    ::KeReleaseInStackQueuedSpinLock(LockHandle);
}
VOID NTAPI KeAcquireInStackQueuedSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock,
                                                    PKLOCK_QUEUE_HANDLE LockHandle) {
    RSL_VF_CALLER();
    check_at_dpc_level(caller, SpinLock, 0x40, kAcquireRule);
    if (caller.driver != nullptr) lock_wanted(caller, SpinLock, kQueued);
    ::KeAcquireInStackQueuedSpinLockAtDpcLevel(SpinLock, LockHandle);
    acquired(caller, SpinLock, kQueued, DISPATCH_LEVEL);
}
VOID NTAPI KeReleaseInStackQueuedSpinLockFromDpcLevel(PKLOCK_QUEUE_HANDLE LockHandle) {
    RSL_VF_CALLER();
    check_at_dpc_level(caller, lock_of(*LockHandle), 0x41, kReleaseRule);
    lock_released(caller, lock_of(*LockHandle), kQueued, false);
    ::KeReleaseInStackQueuedSpinLockFromDpcLevel(LockHandle);
}

// The cancel lock raises and lowers like any; the kernel takes it too, so it is not in the graph.
VOID NTAPI IoAcquireCancelSpinLock(PKIRQL Irql) {
    RSL_VF_CALLER();
    ::IoAcquireCancelSpinLock(Irql);
    after_raising(caller, *Irql);
}
VOID NTAPI IoReleaseCancelSpinLock(KIRQL Irql) {
    RSL_VF_CALLER();
    const KIRQL now = arch::irql();
    if (caller.driver != nullptr && now != DISPATCH_LEVEL) {
        stop(caller,
             {kViolation,
              {0x35, now, 0, Irql},
              "the driver released the cancel spin lock at an IRQL other than DISPATCH_LEVEL",
              "release it once, with the level that IoAcquireCancelSpinLock or Irp->CancelIrql "
              "gave"});
    }
    before_lowering(Irql);
    ::IoReleaseCancelSpinLock(Irql);
}

}  // namespace thunk
}  // namespace rsl::vf

// SPDX-License-Identifier: GPL-2.0-only
// Fast mutexes and mutexes; waits for mutexes are in wait.cpp.
#include "kernel/arch/arch.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/vf/deadlock.hpp"
#include "kernel/vf/thunks.hpp"
#include "kernel/vf/violation.hpp"

namespace rsl::vf {
namespace {

constexpr uint32_t kViolation = DRIVER_VERIFIER_DETECTED_VIOLATION;
constexpr LockKind kFast = LockKind::kFastMutex;

uint64_t apc_disable() {
    return static_cast<uint64_t>(static_cast<int64_t>(ke::current_thread().kernel_apc_disable));
}

void check_acquire(const Caller& caller, PFAST_MUTEX mutex) {
    const KIRQL now = arch::irql();
    if (caller.driver == nullptr || now <= APC_LEVEL) return;
    stop(caller, {kViolation,
                  {0x33, now, number_of(mutex), 0},
                  "the driver acquired a fast mutex above APC_LEVEL",
                  "it may wait: use a spin lock at DISPATCH_LEVEL"});
}
void check_release(const Caller& caller, PFAST_MUTEX mutex) {
    const KIRQL now = arch::irql();
    if (caller.driver == nullptr || now == APC_LEVEL) return;
    stop(caller, {kViolation,
                  {0x34, now, apc_disable(), number_of(mutex)},
                  "the driver released a fast mutex at an IRQL other than APC_LEVEL",
                  "release it at the level that ExAcquireFastMutex left: lower what was raised "
                  "since, release it once"});
}
void check_unsafe(const Caller& caller, PFAST_MUTEX mutex, uint64_t code, const char* rule) {
    const KIRQL now = arch::irql();
    const ke::Thread& self = ke::current_thread();
    const bool off =
        now == APC_LEVEL || self.kernel_apc_disable != 0 || self.special_apc_disable != 0;
    if (caller.driver == nullptr || (off && now <= APC_LEVEL)) return;
    stop(caller, {kViolation,
                  {code, now, apc_disable(), number_of(mutex)},
                  rule,
                  "enter a critical region first, or use ExAcquireFastMutex"});
}

}  // namespace

namespace thunk {

VOID NTAPI ExAcquireFastMutex(PFAST_MUTEX FastMutex) {
    RSL_VF_CALLER();
    check_acquire(caller, FastMutex);
    lock_wanted(caller, FastMutex, kFast);
    ::ExAcquireFastMutex(FastMutex);
    lock_taken(caller, FastMutex, kFast);
}
VOID NTAPI ExReleaseFastMutex(PFAST_MUTEX FastMutex) {
    RSL_VF_CALLER();
    check_release(caller, FastMutex);
    lock_released(caller, FastMutex, kFast, false);
    ::ExReleaseFastMutex(FastMutex);
}
BOOLEAN NTAPI ExTryToAcquireFastMutex(PFAST_MUTEX FastMutex) {
    RSL_VF_CALLER();
    check_acquire(caller, FastMutex);
    const BOOLEAN taken = ::ExTryToAcquireFastMutex(FastMutex);
    if (taken) lock_taken(caller, FastMutex, kFast);
    return taken;
}
VOID NTAPI ExAcquireFastMutexUnsafe(PFAST_MUTEX FastMutex) {
    RSL_VF_CALLER();
    check_unsafe(caller, FastMutex, 0x39,
                 "the driver acquired a fast mutex \"unsafe\" while APCs can come");
    lock_wanted(caller, FastMutex, kFast);
    ::ExAcquireFastMutexUnsafe(FastMutex);
    lock_taken(caller, FastMutex, kFast);
}
VOID NTAPI ExReleaseFastMutexUnsafe(PFAST_MUTEX FastMutex) {
    RSL_VF_CALLER();
    check_unsafe(caller, FastMutex, 0x3A,
                 "the driver released a fast mutex \"unsafe\" while APCs can come");
    lock_released(caller, FastMutex, kFast, false);
    ::ExReleaseFastMutexUnsafe(FastMutex);
}

// A guarded mutex is a fast mutex that leaves the level alone.
VOID NTAPI KeInitializeGuardedMutex(PKGUARDED_MUTEX Mutex) {
    RSL_VF_CALLER();
    lock_initialized(caller, Mutex, kFast);
    ::KeInitializeGuardedMutex(Mutex);
}
VOID NTAPI KeAcquireGuardedMutex(PKGUARDED_MUTEX Mutex) {
    RSL_VF_CALLER();
    check_acquire(caller, Mutex);
    lock_wanted(caller, Mutex, kFast);
    ::KeAcquireGuardedMutex(Mutex);
    lock_taken(caller, Mutex, kFast);
}
VOID NTAPI KeReleaseGuardedMutex(PKGUARDED_MUTEX Mutex) {
    RSL_VF_CALLER();
    lock_released(caller, Mutex, kFast, false);
    ::KeReleaseGuardedMutex(Mutex);
}
BOOLEAN NTAPI KeTryToAcquireGuardedMutex(PKGUARDED_MUTEX Mutex) {
    RSL_VF_CALLER();
    check_acquire(caller, Mutex);
    const BOOLEAN taken = ::KeTryToAcquireGuardedMutex(Mutex);
    if (taken) lock_taken(caller, Mutex, kFast);
    return taken;
}

VOID NTAPI KeInitializeMutex(PRKMUTEX Mutex, ULONG Level) {
    RSL_VF_CALLER();
    lock_initialized(caller, Mutex, LockKind::kMutex);
    ::KeInitializeMutex(Mutex, Level);
}
LONG NTAPI KeReleaseMutex(PRKMUTEX Mutex, BOOLEAN Wait) {
    RSL_VF_CALLER();
    lock_released(caller, Mutex, LockKind::kMutex, false);
    return ::KeReleaseMutex(Mutex, Wait);
}

NTSTATUS NTAPI PsTerminateSystemThread(NTSTATUS ExitStatus) {
    RSL_VF_CALLER();
    thread_ends(caller);
    return ::PsTerminateSystemThread(ExitStatus);
}

}  // namespace thunk
}  // namespace rsl::vf

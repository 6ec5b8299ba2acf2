// SPDX-License-Identifier: GPL-2.0-only
#include "abi/types/status.h"
#include "kernel/arch/arch.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/vf/deadlock.hpp"
#include "kernel/vf/pageable.hpp"
#include "kernel/vf/thunks.hpp"
#include "kernel/vf/violation.hpp"

namespace rsl::vf {
namespace {

constexpr uint32_t kViolation = DRIVER_VERIFIER_DETECTED_VIOLATION;
constexpr uint8_t kMutantObject = 2;  // DISPATCHER_HEADER.Type of a mutex

bool is_on_own_stack(const void* object) {
    const ke::Thread& self = ke::current_thread();
    const uint64_t top = number_of(self.stack_top);
    return top - number_of(object) <= self.stack_bytes && number_of(object) < top;
}
bool is_mutex(const void* object) {
    return static_cast<const DISPATCHER_HEADER*>(object)->Type == kMutantObject;
}
/// With a time-out the wait may end by itself, so it cannot deadlock.
bool waits_for_ever(PLARGE_INTEGER timeout) { return timeout == nullptr; }

void check_level(const Caller& caller, PVOID object, PLARGE_INTEGER timeout) {
    static constinit KIRQL now = 0;  // the documentation wants its address
    if (caller.driver == nullptr || arch::irql() < DISPATCH_LEVEL) return;
    if (arch::irql() == DISPATCH_LEVEL && timeout != nullptr && timeout->QuadPart == 0) return;
    now = arch::irql();
    const char* advice =
        "wait below DISPATCH_LEVEL: before the spin lock is taken, or in a work item; at "
        "DISPATCH_LEVEL only a time-out of zero is allowed";
    if (now > DISPATCH_LEVEL) {
        stop(caller, {kViolation,
                      {0x120, number_of(&now), number_of(object), number_of(timeout)},
                      "the driver waited for an object above DISPATCH_LEVEL",
                      advice});
    }
    if (timeout == nullptr) {
        stop(caller, {kViolation,
                      {0x121, number_of(&now), number_of(object), 0},
                      "the driver waited without a time-out at DISPATCH_LEVEL",
                      advice});
    }
    stop(caller, {kViolation,
                  {0x122, number_of(&now), number_of(object), number_of(timeout)},
                  "the driver waited with a time-out other than zero at DISPATCH_LEVEL",
                  advice});
}

void check_object(const Caller& caller, PVOID object, KPROCESSOR_MODE mode) {
    if (caller.has(kMiscellaneous) && mode == UserMode && is_on_own_stack(object)) {
        stop(caller, {kViolation,
                      {0x123, number_of(object), 0, 0},
                      "the driver waited in UserMode for an object on the kernel stack",
                      "the stack may be paged out during such a wait: wait with KernelMode, or "
                      "allocate the object from "
                      "nonpaged pool"});
    }
    if (caller.has(kForceIrql) && is_pageable(number_of(object))) {
        stop(caller, {kViolation,
                      {0xE1, number_of(object), 0, 0},
                      "a synchronization object lies in pageable memory",
                      "the kernel touches it at DISPATCH_LEVEL: allocate it from NonPagedPoolNx"});
    }
}

void before_wait(const Caller& caller, PVOID object, KPROCESSOR_MODE mode, PLARGE_INTEGER timeout) {
    check_level(caller, object, timeout);
    check_object(caller, object, mode);
    if (is_mutex(object) && waits_for_ever(timeout)) lock_wanted(caller, object, LockKind::kMutex);
}
void after_wait(const Caller& caller, PVOID object, NTSTATUS status) {
    const bool got = status == STATUS_SUCCESS || status == STATUS_ABANDONED_WAIT_0;
    if (got && is_mutex(object)) lock_taken(caller, object, LockKind::kMutex);
}

}  // namespace

namespace thunk {

NTSTATUS NTAPI KeWaitForSingleObject(PVOID Object, KWAIT_REASON WaitReason,
                                     KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
                                     PLARGE_INTEGER Timeout) {
    RSL_VF_CALLER();
    before_wait(caller, Object, WaitMode, Timeout);
    const bool mutex = is_mutex(Object);  // other objects may be gone after the wait
    const NTSTATUS status =
        ::KeWaitForSingleObject(Object, WaitReason, WaitMode, Alertable, Timeout);
    if (mutex) after_wait(caller, Object, status);
    return status;
}
NTSTATUS NTAPI KeWaitForMutexObject(PVOID Mutex, KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
                                    BOOLEAN Alertable, PLARGE_INTEGER Timeout) {
    RSL_VF_CALLER();
    before_wait(caller, Mutex, WaitMode, Timeout);
    const NTSTATUS status =
        ::KeWaitForSingleObject(Mutex, WaitReason, WaitMode, Alertable, Timeout);
    after_wait(caller, Mutex, status);
    return status;
}
NTSTATUS NTAPI KeWaitForMultipleObjects(ULONG Count, PVOID Object[], WAIT_TYPE WaitType,
                                        KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
                                        BOOLEAN Alertable, PLARGE_INTEGER Timeout,
                                        PKWAIT_BLOCK WaitBlockArray) {
    RSL_VF_CALLER();
    constexpr ULONG kMost = 64;
    uint64_t mutexes = 0;
    if (Count != 0) check_level(caller, Object[0], Timeout);
    for (ULONG i = 0; i < Count && i < kMost; ++i) {
        check_object(caller, Object[i], WaitMode);
        if (!is_mutex(Object[i])) continue;
        mutexes |= uint64_t{1} << i;
        // One of several ends the wait, so none of them alone can block it.
        if (WaitType == WaitAll && waits_for_ever(Timeout))
            lock_wanted(caller, Object[i], LockKind::kMutex);
    }
    const NTSTATUS status = ::KeWaitForMultipleObjects(
        Count, Object, WaitType, WaitReason, WaitMode, Alertable, Timeout, WaitBlockArray);
    for (ULONG i = 0; i < Count && i < kMost; ++i) {
        if ((mutexes >> i & 1) == 0) continue;
        const auto number = static_cast<ULONG>(status) & 0x3F;
        const bool ended =
            static_cast<ULONG>(status) < 0x40 || (static_cast<ULONG>(status) & ~0x3Fu) == 0x80;
        if (ended && (WaitType == WaitAll || number == i))
            lock_taken(caller, Object[i], LockKind::kMutex);
    }
    return status;
}

LONG NTAPI KeSetEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait) {
    RSL_VF_CALLER();
    const KIRQL now = arch::irql();
    if (caller.driver != nullptr && now > DISPATCH_LEVEL) {
        stop(caller, {kViolation,
                      {0x80, now, number_of(Event), 0},
                      "the driver called KeSetEvent above DISPATCH_LEVEL",
                      "let the interrupt routine queue a DPC, and set the event there"});
    }
    return ::KeSetEvent(Event, Increment, Wait);
}

}  // namespace thunk
}  // namespace rsl::vf

// SPDX-License-Identifier: GPL-2.0-only
// What events, semaphores and mutants do when they are signalled. Waiting is wait.cpp's.
#include "kernel/ke/objects.hpp"

#include <utility>

#include "abi/types/bugcheck.h"
#include "abi/types/status.h"
#include "kernel/ke/apc.hpp"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/dispatcher.hpp"
#include "kernel/rtl/exception.hpp"

namespace rsl::ke {

void initialize_event(KEVENT& event, EVENT_TYPE type, bool signalled) {
    initialize_header(event.Header,
                      type == NotificationEvent ? EventNotificationObject : EventSynchronizationObject,
                      sizeof(KEVENT), signalled ? 1 : 0);
}

int32_t set_event_locked(KEVENT& event, int increment) {
    const int32_t before = event.Header.SignalState;
    event.Header.SignalState = 1;
    if (before == 0 && !list_empty(event.Header.WaitListHead)) {
        wake_waiters_locked(event.Header, increment);
    }
    return before;
}

namespace {

RelayedEvent& relayed_of(KEVENT& event) { return *CONTAINING_RECORD(&event, RelayedEvent, event); }

/// True: nobody else is to hear of it.
bool set_here_locked(KEVENT& event, int increment) RSL_REQUIRES(dispatcher_lock) {
    set_event_locked(event, increment);
    if (event.Header.Type == EventNotificationObject) return false;
    return std::exchange(event.Header.SignalState, 0) == 0;  // a waiter took it
}

[[gnu::noinline, gnu::cold]] int32_t set_and_relay(KEVENT& event, int increment) {
    int32_t before;
    {
        DispatcherGuard guard;
        before = event.Header.SignalState;
        if (set_here_locked(event, increment)) return before;
    }
    relayed_of(event).relay(relayed_of(event), EventChange::kSet);
    return before;
}

[[gnu::noinline, gnu::cold]] void relay_reset(KEVENT& event) { relayed_of(event).relay(relayed_of(event), EventChange::kReset); }

}  // namespace

void initialize_relayed_event(RelayedEvent& relayed, EVENT_TYPE type, bool signalled,
                              void (*relay)(RelayedEvent& self, EventChange change)) {
    initialize_event(relayed.event, type, signalled && type == NotificationEvent);
    relayed.event.Header.Reserved1 = kRelayedMark;
    relayed.relay = relay;
}

bool set_relayed_here(RelayedEvent& relayed) {
    DispatcherGuard guard;
    return set_here_locked(relayed.event, IO_NO_INCREMENT);
}

void reset_relayed_here(RelayedEvent& relayed) {
    DispatcherGuard guard;
    relayed.event.Header.SignalState = 0;
}

int32_t set_event(KEVENT& event, int increment) {
    if (is_relayed(event)) [[unlikely]] return set_and_relay(event, increment);
    DispatcherGuard guard;
    return set_event_locked(event, increment);
}

[[gnu::always_inline]] void set_notification(KEVENT& event) {
    if (processor_count.load(std::memory_order_relaxed) != 1) return void(set_event(event, IO_NO_INCREMENT));
    // On the only processor whoever begins to wait has either listed itself by now or will see the signal.
    __atomic_store_n(&event.Header.SignalState, 1, __ATOMIC_SEQ_CST);
    if (list_empty(event.Header.WaitListHead)) return;
    DispatcherGuard guard;
    if (event.Header.SignalState != 0 && !list_empty(event.Header.WaitListHead)) {
        wake_waiters_locked(event.Header, IO_NO_INCREMENT);
    }
}

int32_t reset_event(KEVENT& event) {
    int32_t before;
    {
        DispatcherGuard guard;
        before = event.Header.SignalState;
        event.Header.SignalState = 0;
    }
    if (is_relayed(event)) [[unlikely]] relay_reset(event);
    return before;
}

int32_t pulse_event(KEVENT& event, int increment) {
    if (is_relayed(event)) [[unlikely]] {
        const int32_t before = set_and_relay(event, increment);
        reset_event(event);
        return before;
    }
    DispatcherGuard guard;
    const int32_t before = set_event_locked(event, increment);
    event.Header.SignalState = 0;
    return before;
}

void initialize_semaphore(KSEMAPHORE& semaphore, int32_t count, int32_t limit) {
    initialize_header(semaphore.Header, SemaphoreObject, sizeof(KSEMAPHORE), count);
    semaphore.Limit = limit;
}

Result<int32_t> release_semaphore(KSEMAPHORE& semaphore, int increment, int32_t adjustment) {
    DispatcherGuard guard;
    const int32_t before = semaphore.Header.SignalState;
    const int64_t after = int64_t{before} + adjustment;
    if (after > semaphore.Limit || adjustment < 0) {
        return Status{static_cast<int32_t>(STATUS_SEMAPHORE_LIMIT_EXCEEDED)};
    }
    semaphore.Header.SignalState = static_cast<int32_t>(after);
    if (!list_empty(semaphore.Header.WaitListHead)) wake_waiters_locked(semaphore.Header, increment);
    return before;
}

// ---- Mutants: SignalState is 1 when free, 1 - n when taken n times ----------------------------------

void initialize_mutant(KMUTANT& mutant, bool owned, bool kernel_mutex) {
    initialize_header(mutant.Header, MutantObject, sizeof(KMUTANT), 1);
    list_initialize(mutant.MutantListEntry);
    mutant.OwnerThread = nullptr;
    mutant.MutantFlags = 0;
    mutant.ApcDisable = kernel_mutex ? 1 : 0;
    if (!owned) return;
    DispatcherGuard guard;
    mutant_take_locked(mutant, current_thread());
}

bool mutant_take_locked(KMUTANT& mutant, Thread& thread) {
    if (mutant.Header.SignalState == INT32_MIN) {
        // Cannot unwind out of the lock: the caller looks before it waits (mutant_check_limit()).
        bug_check(MUTEX_LEVEL_NUMBER_VIOLATION, reinterpret_cast<uint64_t>(&mutant));
    }
    mutant.Header.SignalState = mutant.Header.SignalState - 1;
    if (mutant.Header.SignalState != 0) return false;
    mutant.OwnerThread = nt(thread);
    list_push_back(thread.mutant_list, mutant.MutantListEntry);
    thread.kernel_apc_disable = static_cast<int16_t>(thread.kernel_apc_disable - mutant.ApcDisable);
    const bool abandoned = mutant.Abandoned != 0;
    mutant.Abandoned = 0;
    return abandoned;
}

void mutant_check_limit(const DISPATCHER_HEADER& object) {
    if (object.Type != MutantObject || object.SignalState != INT32_MIN) return;
    if (reinterpret_cast<const KMUTANT&>(object).OwnerThread != nt(current_thread())) return;
    rtl::raise_status(static_cast<int32_t>(STATUS_MUTANT_LIMIT_EXCEEDED));
}

static void mutant_free_locked(KMUTANT& mutant, Thread& owner, int increment)
    RSL_REQUIRES(dispatcher_lock) {
    list_remove(mutant.MutantListEntry);
    list_initialize(mutant.MutantListEntry);
    mutant.OwnerThread = nullptr;
    owner.kernel_apc_disable = static_cast<int16_t>(owner.kernel_apc_disable + mutant.ApcDisable);
    if (!list_empty(mutant.Header.WaitListHead)) wake_waiters_locked(mutant.Header, increment);
}

Result<int32_t> release_mutant(KMUTANT& mutant, int increment) {
    Thread& self = current_thread();
    int32_t before;
    {
        DispatcherGuard guard;
        before = mutant.Header.SignalState;
        if (mutant.OwnerThread != nt(self)) {
            return Status{static_cast<int32_t>(mutant.Abandoned ? STATUS_ABANDONED
                                                                : STATUS_MUTANT_NOT_OWNED)};
        }
        mutant.Header.SignalState = before + 1;
        if (before == 0) mutant_free_locked(mutant, self, increment);
    }
    check_kernel_apcs();
    return before;
}

int32_t abandon_mutant(KMUTANT& mutant, int increment) {
    DispatcherGuard guard;
    const int32_t before = mutant.Header.SignalState;
    if (mutant.OwnerThread == nullptr) return before;
    mutant.Header.SignalState = 1;
    mutant.Abandoned = 1;
    mutant_free_locked(mutant, from_nt(mutant.OwnerThread), increment);
    return before;
}

void mutants_abandon_locked(Thread& thread) {
    while (!list_empty(thread.mutant_list)) {
        KMUTANT& mutant = *CONTAINING_RECORD(thread.mutant_list.Flink, KMUTANT, MutantListEntry);
        if (mutant.ApcDisable != 0) {
            bug_check(THREAD_TERMINATE_HELD_MUTEX, reinterpret_cast<uint64_t>(&thread),
                      reinterpret_cast<uint64_t>(&mutant), 0, 0,
                      {.explanation = "a thread ended while it held a kernel mutex"});
        }
        mutant.Header.SignalState = 1;
        mutant.Abandoned = 1;
        mutant_free_locked(mutant, thread, MUTANT_INCREMENT);
    }
}

// ---- The kernel's own event and mutex -----------------------------------------------------------------

Event::Event(Kind kind) {
    initialize_event(event_, kind == Kind::kNotification ? NotificationEvent : SynchronizationEvent,
                     false);
}
void Event::set() { set_event(event_, IO_NO_INCREMENT); }
void Event::reset() { reset_event(event_); }
bool Event::is_set() const { return event_.Header.SignalState != 0; }
WaitOutcome Event::wait(Deadline deadline) { return wait_one(event_.Header, deadline); }

void list_corrupted(const LIST_ENTRY& entry) {
    bug_check(KERNEL_SECURITY_CHECK_FAILURE, 3, reinterpret_cast<uint64_t>(&entry), 0, 0,
              {.explanation = "a list's links do not match: somebody wrote over a dispatcher object, "
                              "timer or wait block, or freed it while in use"});
}

}  // namespace rsl::ke

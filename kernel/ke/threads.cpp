// SPDX-License-Identifier: GPL-2.0-only
// A thread's end and what outlives it, its priority and affinity, and the processes it visits.
#include "kernel/ke/threads.hpp"

#include "abi/types/bugcheck.h"
#include "kernel/ke/apc.hpp"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/dispatcher.hpp"
#include "kernel/ke/objects.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/ps/thread.hpp"

namespace rsl::ke {
namespace {

// Ended threads, until the reaper drops the reference that each had on itself. A thread is put here
// while it still runs, but the dispatcher lock is held until it has left its stack.
constinit IntrusiveList<Thread, &Thread::ready_hook> dead_threads;
constinit KEVENT reaper_event = {};

void NTAPI reap(void*) {
    for (;;) {
        wait_one(reaper_event.Header, Deadline::never());
        for (;;) {
            Thread* dead;
            {
                DispatcherGuard guard;
                dead = dead_threads.pop_front();
            }
            if (dead == nullptr) break;
            ob::dereference(static_cast<ps::Thread*>(dead));
        }
    }
}

}  // namespace

Result<void> start_reaper() {
    initialize_event(reaper_event, SynchronizationEvent, false);
    RSL_TRY(ps::create_thread(ps::system_process(), reap, nullptr, KernelMode));
    return {};
}

void exit_thread(int32_t exit_status) RSL_NO_LOCK_ANALYSIS {
    Thread& self = current_thread();
    if (arch::irql() != PASSIVE_LEVEL) irql_too_high("PsTerminateSystemThread", PASSIVE_LEVEL);
    if (self.attached_process != self.process) {
        bug_check(INVALID_PROCESS_ATTACH_ATTEMPT, reinterpret_cast<uint64_t>(self.attached_process), 0, 0,
                  0, {.explanation = "a thread ended while attached to another process"});
    }
    ps::thread_ends(static_cast<ps::Thread&>(self), exit_status);
    drain_apcs_of_ending_thread(self);
    arch::disable_interrupts();
    dispatcher_lock.acquire();
    mutants_abandon_locked(self);
    if (self.begins_in_region)
        self.kernel_apc_disable = static_cast<int16_t>(self.kernel_apc_disable + 1);
    if (self.kernel_apc_disable != 0 || self.special_apc_disable != 0) {
        bug_check(KERNEL_APC_PENDING_DURING_EXIT, reinterpret_cast<uint64_t>(&self),
                  static_cast<uint64_t>(self.kernel_apc_disable),
                  static_cast<uint64_t>(self.special_apc_disable), 0,
                  {.explanation = "a thread ended inside a critical or guarded region"});
    }
    queue_leave_locked(self);
    self.state = ThreadState::kTerminated;
    self.header.SignalState = 1;
    wake_waiters_locked(self.header, 0);
    dead_threads.push_back(self);
    set_event_locked(reaper_event, IO_NO_INCREMENT);
    switch_away_locked(PASSIVE_LEVEL);
    __builtin_unreachable();
}

int32_t set_priority(Thread& thread, int32_t priority) {
    DispatcherGuard guard;
    const int32_t before = thread.priority;
    // A thread's own base stays; NT sets the current priority, which decays to base only if boosted.
    thread.boost = 0;
    thread.base_priority = static_cast<int8_t>(priority);
    set_priority_locked(thread, priority);
    return before;
}

int32_t set_base_priority(Thread& thread, int32_t increment) {
    constexpr int kProcessBase = 8;
    DispatcherGuard guard;
    const int32_t before = thread.base_priority - kProcessBase;
    const bool realtime = thread.base_priority >= kLowestRealtimePriority;
    const int lowest = realtime ? kLowestRealtimePriority : 1;
    const int highest = realtime ? kPriorities - 1 : kLowestRealtimePriority - 1;
    int base = kProcessBase + increment;
    base = base < lowest ? lowest : base > highest ? highest : base;
    thread.boost = 0;
    thread.base_priority = static_cast<int8_t>(base);
    set_priority_locked(thread, base);
    return before;
}

/// What of a mask holds: nothing when it has bits that no processor can have.
static uint64_t allowed_affinity(uint64_t affinity) {
    constexpr uint64_t kPossible = (uint64_t{1} << kMaxProcessors) - 1;
    return (affinity & ~kPossible) != 0 ? 0 : affinity & active_processors();
}

bool is_affinity(uint64_t affinity) { return allowed_affinity(affinity) != 0; }

uint64_t set_system_affinity(uint64_t affinity) {
    const uint64_t allowed = allowed_affinity(affinity);
    Thread& self = current_thread();
    DispatcherGuard guard;
    const uint64_t before = self.system_affinity ? self.affinity : 0;
    if (allowed == 0) return before;
    self.system_affinity = true;
    set_affinity_locked(self, allowed);
    return before;
}

bool set_user_affinity(Thread& thread, uint64_t affinity) {
    const uint64_t allowed = allowed_affinity(affinity);
    if (allowed == 0 || allowed != affinity) return false;
    DispatcherGuard guard;
    thread.user_affinity = allowed;
    if (!thread.system_affinity) set_affinity_locked(thread, allowed);
    return true;
}

void set_boost_disabled(Thread& thread, bool disabled) {
    DispatcherGuard guard;
    thread.boost_disabled = disabled;
}

uint32_t set_ideal_processor(Thread& thread, uint32_t number) {
    DispatcherGuard guard;
    const uint32_t before =
        thread.ideal_processor >= 0 ? static_cast<uint32_t>(thread.ideal_processor) : thread.processor;
    if (number < processor_count.load(std::memory_order_relaxed)) {
        thread.ideal_processor = static_cast<int8_t>(number);
    }
    return before;
}

void revert_affinity(uint64_t affinity) {
    Thread& self = current_thread();
    DispatcherGuard guard;
    const uint64_t allowed = allowed_affinity(affinity);
    if (!self.system_affinity || (affinity != 0 && allowed == 0)) return;
    self.system_affinity = allowed != 0;
    set_affinity_locked(self, allowed != 0 ? allowed : self.user_affinity);
}

// ---- Other processes' addresses -----------------------------------------------------------------------

namespace {

void move_list(LIST_ENTRY& from, LIST_ENTRY& to) {
    if (list_empty(from)) return list_initialize(to);
    to = from;
    to.Flink->Blink = &to;
    to.Blink->Flink = &to;
    list_initialize(from);
}

void move_state(KAPC_STATE& from, KAPC_STATE& to) {
    move_list(from.ApcListHead[KernelMode], to.ApcListHead[KernelMode]);
    move_list(from.ApcListHead[UserMode], to.ApcListHead[UserMode]);
    to.Process = from.Process;
    to.InProgressFlags = from.InProgressFlags;
    to.KernelApcPending = from.KernelApcPending;
    to.UserApcPendingAll = from.UserApcPendingAll;
}

void go_to(Thread& self, ps::Process& process) RSL_REQUIRES(dispatcher_lock) {
    self.attached_process = &process;
    arch::switch_address_space(process.page_table_root);
}

}  // namespace

void attach(ps::Process& process, KAPC_STATE& state) {
    Thread& self = current_thread();
    if (arch::processor().dpc_running) {
        bug_check(INVALID_PROCESS_ATTACH_ATTEMPT, reinterpret_cast<uint64_t>(&process),
                  reinterpret_cast<uint64_t>(self.attached_process), self.apc_environment, 1,
                  {.explanation = "a DPC tried to attach to a process"});
    }
    DispatcherGuard guard;
    if (self.attached_process == &process) {
        state.Process = nullptr;  // nothing to undo
        return;
    }
    if (self.apc_environment == 0) {
        move_state(self.apc_state, self.saved_apc_state);
        state.Process = reinterpret_cast<PKPROCESS>(kAttachedFromHome);
    } else {
        move_state(self.apc_state, state);
    }
    list_initialize(self.apc_state.ApcListHead[KernelMode]);
    list_initialize(self.apc_state.ApcListHead[UserMode]);
    self.apc_state.Process = reinterpret_cast<PKPROCESS>(&process);
    self.apc_state.InProgressFlags = 0;
    self.apc_state.KernelApcPending = FALSE;
    self.apc_environment = AttachedApcEnvironment;
    go_to(self, process);
}

void detach(KAPC_STATE& state) {
    Thread& self = current_thread();
    if (state.Process == nullptr) return;
    deliver_kernel_apcs();  // what was queued to the attached environment runs in it
    {
        DispatcherGuard guard;
        if (self.apc_environment == 0 || !list_empty(self.apc_state.ApcListHead[KernelMode])) {
            bug_check(INVALID_PROCESS_DETACH_ATTEMPT, reinterpret_cast<uint64_t>(&self), 0, 0, 0,
                      {.explanation = "a thread detached that was not attached, or with kernel APCs "
                                      "queued that a region holds off"});
        }
        if (state.Process == reinterpret_cast<PKPROCESS>(kAttachedFromHome)) {
            move_state(self.saved_apc_state, self.apc_state);
            self.apc_environment = OriginalApcEnvironment;
        } else {
            move_state(state, self.apc_state);
        }
        go_to(self, *reinterpret_cast<ps::Process*>(self.apc_state.Process));
    }
    check_kernel_apcs();
}

}  // namespace rsl::ke

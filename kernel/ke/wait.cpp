// SPDX-License-Identifier: GPL-2.0-only
// Waiting for dispatcher objects. A wait block stands in the list of each object that a thread waits
// for; whoever signals the object walks its list and ends the waits that are satisfied. The thread's
// own timer, with a wait block of its own, serves the time-out.
#include "kernel/ke/dispatcher.hpp"

#include "abi/types/status.h"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/processor.hpp"
#include "kernel/ke/wait_next.hpp"

namespace rsl::ke {
namespace {

constexpr uint32_t kTimerBlock = 3;  // of Thread::builtin_wait_blocks

DISPATCHER_HEADER& header_of(const KWAIT_BLOCK& block) {
    return *static_cast<DISPATCHER_HEADER*>(block.Object);
}

bool is_mutant(const DISPATCHER_HEADER& object) { return object.Type == MutantObject; }

bool is_signalled(const DISPATCHER_HEADER& object, const Thread& thread) {
    if (object.Type == QueueObject) {
        return queue_has_for(reinterpret_cast<const KQUEUE&>(object), thread);
    }
    if (object.SignalState > 0) return true;
    return is_mutant(object) &&
           reinterpret_cast<const KMUTANT&>(object).OwnerThread ==
               nt(const_cast<Thread&>(thread));  // its owner may take it again
}

/// Takes what one wait takes from a signalled object. True when a mutant was abandoned.
bool satisfy_locked(DISPATCHER_HEADER& object, Thread& thread) RSL_REQUIRES(dispatcher_lock) {
    switch (object.Type) {
        case EventSynchronizationObject:
        case TimerSynchronizationObject:
            object.SignalState = 0;
            return false;
        case SemaphoreObject:
            object.SignalState = object.SignalState - 1;
            return false;
        case MutantObject:
            return mutant_take_locked(reinterpret_cast<KMUTANT&>(object), thread);
        case QueueObject:
            queue_take_locked(reinterpret_cast<KQUEUE&>(object), thread);
            return false;
        default:
            return false;
    }
}

bool all_signalled(const Thread& thread) {
    for (uint32_t i = 0; i < thread.wait_block_count; ++i) {
        if (!is_signalled(header_of(thread.wait_blocks[i]), thread)) return false;
    }
    return true;
}

int32_t satisfy_all_locked(Thread& thread) RSL_REQUIRES(dispatcher_lock) {
    int32_t status = STATUS_WAIT_0;
    for (uint32_t i = 0; i < thread.wait_block_count; ++i) {
        if (satisfy_locked(header_of(thread.wait_blocks[i]), thread)) status = STATUS_ABANDONED;
    }
    return status;
}

void fill_blocks(Thread& self, const WaitRequest& request) {
    self.wait_blocks = request.blocks != nullptr ? request.blocks : self.builtin_wait_blocks;
    self.wait_block_count = request.count;
    for (uint32_t i = 0; i < request.count; ++i) {
        KWAIT_BLOCK& block = self.wait_blocks[i];
        block.WaitType = request.kind == WaitKind::kAll ? WaitAll : WaitAny;
        block.WaitKey = static_cast<USHORT>(i);
        block.Thread = nt(self);
        block.Object = request.objects[i];
    }
}

/// Whether the wait ends before it begins, and how.
bool try_satisfy_locked(Thread& self, const WaitRequest& request, int32_t& status)
    RSL_REQUIRES(dispatcher_lock) {
    if (request.kind == WaitKind::kAll && request.count != 0) {
        if (!all_signalled(self)) return false;
        status = satisfy_all_locked(self);
        return true;
    }
    for (uint32_t i = 0; i < request.count; ++i) {
        auto& object = *static_cast<DISPATCHER_HEADER*>(request.objects[i]);
        if (!is_signalled(object, self)) continue;
        const bool abandoned = satisfy_locked(object, self);
        status = static_cast<int32_t>((abandoned ? STATUS_ABANDONED_WAIT_0 : STATUS_WAIT_0) + i);
        return true;
    }
    return false;
}

/// Alerts and user APCs end a wait that allows them.
bool try_alert_locked(Thread& self, const WaitRequest& request, int32_t& status)
    RSL_REQUIRES(dispatcher_lock) {
    if (request.alertable) {
        if (self.alerted[static_cast<int>(request.mode)]) {
            self.alerted[static_cast<int>(request.mode)] = false;
            status = STATUS_ALERTED;
            return true;
        }
        if (request.mode == UserMode && !list_empty(self.apc_state.ApcListHead[UserMode])) {
            self.user_apc_pending = true;
            status = STATUS_USER_APC;
            return true;
        }
        if (self.alerted[KernelMode]) {
            self.alerted[KernelMode] = false;
            status = STATUS_ALERTED;
            return true;
        }
    } else if (request.mode == UserMode && self.user_apc_pending) {
        status = STATUS_USER_APC;
        return true;
    }
    return false;
}

void list_blocks_locked(Thread& self, const WaitRequest& request) RSL_REQUIRES(dispatcher_lock) {
    for (uint32_t i = 0; i < request.count; ++i) {
        KWAIT_BLOCK& block = self.wait_blocks[i];
        list_push_back(header_of(block).WaitListHead, block.WaitListEntry);
    }
    if (request.deadline.ns == Deadline::never().ns) return;
    KWAIT_BLOCK& block = self.builtin_wait_blocks[kTimerBlock];
    block.WaitType = WaitAny;
    block.WaitKey = STATUS_TIMEOUT;
    block.Thread = nt(self);
    block.Object = &self.wait_timer;
    DISPATCHER_HEADER& header = self.wait_timer.Header;
    header.SignalState = 0;
    header.WaitListHead.Flink = header.WaitListHead.Blink = &block.WaitListEntry;
    block.WaitListEntry.Flink = block.WaitListEntry.Blink = &header.WaitListHead;
    timer_start_locked(self.wait_timer, (request.deadline.ns + 99) / 100);  // never early
}

/// The level that waits from here count with: KeSetEvent(Wait = TRUE) raised it for the wait.
KIRQL level_of(const Thread& self) { return self.wait_next ? self.wait_irql : arch::irql(); }

/// Undoes that raise, if any.
void settle_level(Thread& self, KIRQL level) {
    if (!self.wait_next) return;
    self.wait_next = false;
    lower_irql(level);
}

}  // namespace

void end_wait_locked(Thread& thread, int32_t status, int increment) {
    for (uint32_t i = 0; i < thread.wait_block_count; ++i) {
        list_remove(thread.wait_blocks[i].WaitListEntry);
    }
    thread.wait_block_count = 0;
    if (TimerQueue::is_inserted(thread.wait_timer)) timer_stop_locked(thread.wait_timer);
    list_initialize(thread.wait_timer.Header.WaitListHead);  // whose only block is this thread's
    thread.wait_status = status;
    if (thread.queue != nullptr) queue_thread_resumes_locked(thread);
    boost_locked(thread, increment);
    ready_locked(thread);
}

void wake_waiters_locked(DISPATCHER_HEADER& object, int increment) {
    LIST_ENTRY& head = object.WaitListHead;
    LIST_ENTRY* entry = head.Flink;
    while (entry != &head && object.SignalState > 0) {
        KWAIT_BLOCK& block = *CONTAINING_RECORD(entry, KWAIT_BLOCK, WaitListEntry);
        Thread& thread = from_nt(block.Thread);
        if (block.WaitType == WaitAll && !all_signalled(thread)) {
            entry = entry->Flink;
            continue;
        }
        int32_t status;
        if (block.WaitType == WaitAll) {
            status = satisfy_all_locked(thread);
        } else {
            status = block.WaitKey;
            if (satisfy_locked(object, thread)) status += STATUS_ABANDONED_WAIT_0;
        }
        end_wait_locked(thread, status, increment);
        entry = head.Flink;  // the thread may have stood here more than once
    }
}

WaitOutcome wait_for(const WaitRequest& request) RSL_NO_LOCK_ANALYSIS {
    Thread& self = current_thread();
    const KIRQL level = level_of(self);
    if (level >= DISPATCH_LEVEL) {
        if (level > DISPATCH_LEVEL) irql_too_high("KeWaitForSingleObject", DISPATCH_LEVEL);
        if (request.deadline.ns != 0) irql_too_high("a wait that may block", APC_LEVEL);
    }
    for (;;) {
        const bool were_on = arch::disable_interrupts();
        dispatcher_lock.acquire();
        if (self.apc_state.KernelApcPending && level < APC_LEVEL && kernel_apc_deliverable(self)) {
            dispatcher_lock.release();
            arch::restore_interrupts(were_on);
            settle_level(self, level);
            deliver_kernel_apcs();
            continue;
        }
        if (request.kind == WaitKind::kAll) fill_blocks(self, request);
        int32_t status = STATUS_TIMEOUT;
        const bool done = try_satisfy_locked(self, request, status) ||
                          try_alert_locked(self, request, status) || request.deadline.ns == 0;
        if (done) {
            leave_dispatcher(were_on);  // a mutant taken while others wait changes nobody's turn
            settle_level(self, level);
        } else {
            fill_blocks(self, request);
            list_blocks_locked(self, request);
            self.state = ThreadState::kWaiting;
            self.wait_mode = request.mode;
            self.alertable = request.alertable;
            self.wait_reason = request.reason;
            self.wait_irql = level;
            if (self.queue != nullptr) queue_thread_blocks_locked(self);
            switch_away_locked(self.wait_next ? KIRQL{DISPATCH_LEVEL} : level);
            arch::restore_interrupts(were_on);
            settle_level(self, level);
            status = self.wait_status;
            if (self.apc_state.KernelApcPending && level < APC_LEVEL) deliver_kernel_apcs();
            if (status == kWaitInterrupted) continue;
        }
        if (status == STATUS_USER_APC) consume_user_apcs();
        return status;
    }
}

void begin_signal_and_wait() {
    Thread& self = current_thread();
    self.wait_irql = arch::irql();
    if (self.wait_irql < DISPATCH_LEVEL) raise_irql(DISPATCH_LEVEL);
    self.wait_next = true;
}

Deadline deadline_of(const LARGE_INTEGER* timeout) {
    if (timeout == nullptr) return Deadline::never();
    const int64_t value = timeout->QuadPart;
    if (value == 0) return Deadline::poll();
    constexpr uint64_t kLongest = ~uint64_t{0} / 100 - 1;
    if (value < 0) {
        const uint64_t units = 0 - static_cast<uint64_t>(value);
        const uint64_t now = arch::now_ns();
        if (units > kLongest - now / 100) return Deadline::never();
        return {now + units * 100};
    }
    const uint64_t boot = boot_system_time();
    const uint64_t due = static_cast<uint64_t>(value);
    if (due <= boot) return {1};  // past: waits can still be satisfied, and time out at once
    if (due - boot > kLongest) return Deadline::never();
    return {(due - boot) * 100};
}

WaitOutcome wait_one(DISPATCHER_HEADER& object, Deadline deadline, KWAIT_REASON reason,
                     KPROCESSOR_MODE mode, bool alertable) {
    void* const objects[] = {&object};
    return wait_for({.objects = objects,
                     .count = 1,
                     .reason = reason,
                     .mode = mode,
                     .alertable = alertable,
                     .deadline = deadline});
}

}  // namespace rsl::ke

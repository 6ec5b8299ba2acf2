// SPDX-License-Identifier: GPL-2.0-only
// Timers and the clock interrupt. There is no periodic tick: each processor's one-shot timer is armed
// for the next due timer, or while a thread runs there for the next 15.6 ms, whichever is first. An idle
// processor without timers sleeps until something else wakes it.
#include "kernel/ke/timer.hpp"

#include "kernel/ke/dispatcher.hpp"

namespace rsl::ke {
namespace {

constinit TimerQueue timer_queue;

/// Arms this processor's timer unless it comes early enough already.
void arm_locked(Processor& processor, uint64_t deadline_ns) RSL_REQUIRES(dispatcher_lock) {
    const uint64_t armed = processor.armed_ns.load(std::memory_order_relaxed);  // our own
    if (armed != 0 && armed <= deadline_ns) return;
    processor.armed_ns.store(deadline_ns, std::memory_order_relaxed);
    arch::arm_timer(deadline_ns);
}

/// Whether some processor will look at the timers by then anyway.
bool is_covered(uint64_t deadline_ns) {
    const uint32_t count = processor_count.load(std::memory_order_relaxed);  // changes at start only
    for (uint32_t i = 0; i < count; ++i) {
        // on_timer_interrupt() writes timer_work before it moves armed_ns.
        const uint64_t armed = processors[i]->armed_ns.load(std::memory_order_acquire);
        if (armed != 0 && armed <= deadline_ns) return true;
        if (processors[i]->timer_work.load(std::memory_order_relaxed)) return true;
    }
    return false;
}

void arm_for_timers_locked() RSL_REQUIRES(dispatcher_lock) {
    const uint64_t due = timer_queue.next_due();
    if (due == TimerQueue::kNever) return;
    if (!is_covered(due * 100)) arm_locked(arch::processor(), due * 100);
}

void fire_locked(KTIMER& timer, uint64_t now) RSL_REQUIRES(dispatcher_lock) {
    KDPC* const dpc = timer.Dpc;
    timer.Header.SignalState = 1;
    if (!list_empty(timer.Header.WaitListHead)) wake_waiters_locked(timer.Header, IO_NO_INCREMENT);
    if (timer.Period != 0 && !TimerQueue::is_inserted(timer)) {
        const uint64_t period = uint64_t{timer.Period} * 10'000;
        uint64_t next = timer.DueTime.QuadPart + period;
        if (next <= now) next = now + period;  // periods that passed unseen are not made up for
        timer.DueTime.QuadPart = next;
        timer_queue.insert(timer);
    }
    if (dpc != nullptr) queue_timer_dpc(*dpc);
}

}  // namespace

void timer_start_locked(KTIMER& timer, uint64_t due) {
    timer.DueTime.QuadPart = due;
    if (timer_queue.insert(timer)) arm_for_timers_locked();
}

bool timer_stop_locked(KTIMER& timer) {
    if (!TimerQueue::is_inserted(timer)) return false;
    timer_queue.remove(timer);  // what was armed for it stays armed: one interrupt for nothing
    return true;
}

void timers_expire() {
    dispatcher_lock.acquire();
    arch::processor().timer_work.store(false, std::memory_order_relaxed);  // pairs with is_covered()
    const uint64_t now = interrupt_time();
    while (KTIMER* const timer = timer_queue.pop_due(now)) fire_locked(*timer, now);
    arm_for_timers_locked();
    dispatcher_lock.release();
}

void arm_tick_locked(Processor& processor, uint64_t now_ns) {
    arm_locked(processor, now_ns + kTickNs);
    if (shared_times_age(now_ns) >= kTickNs) update_shared_times(now_ns);  // after a long sleep
}

void on_wake_up() {
    const uint64_t now = arch::now_ns();
    if (shared_times_age(now) >= kTickNs) update_shared_times(now);
}

void on_timer_interrupt() {
    Processor& processor = arch::processor();
    ++processor.timer_interrupts;
    const uint64_t now = arch::now_ns();
    update_shared_times(now);
    processor.timer_work.store(true, std::memory_order_relaxed);
    uint64_t next = 0;
    if (!idles(processor) || processor.dpc_running) {
        next = now + kTickNs;  // even if what runs stays above DISPATCH_LEVEL: it may read the time
        arch::arm_timer(next);
    }
    processor.armed_ns.store(next, std::memory_order_release);  // after timer_work: is_covered()
    want_here(kWantDispatch);
}

// ---- KTIMER ----------------------------------------------------------------------------------------

void initialize_timer(KTIMER& timer, TIMER_TYPE type) {
    initialize_header(timer.Header,
                      type == NotificationTimer ? TimerNotificationObject : TimerSynchronizationObject,
                      sizeof(KTIMER), 0);
    timer.DueTime.QuadPart = 0;
    timer.TimerListEntry = {};
    timer.Dpc = nullptr;
    timer.Period = 0;
    timer.Processor = 0;
    timer.TimerType = static_cast<USHORT>(type);
}

bool set_timer(KTIMER& timer, LARGE_INTEGER due_time, uint32_t period_ms, KDPC* dpc) {
    DispatcherGuard guard;
    const bool was_set = timer_stop_locked(timer);
    timer.Header.SignalState = 0;
    timer.Dpc = dpc;
    timer.Period = period_ms;
    const uint64_t now = interrupt_time();
    uint64_t due = now;
    if (due_time.QuadPart < 0) {
        const uint64_t delay = 0 - static_cast<uint64_t>(due_time.QuadPart);
        const uint64_t start = (arch::now_ns() + 99) / 100;  // rounded up: never early
        due = delay < TimerQueue::kNever / 200 - start ? start + delay : TimerQueue::kNever / 200;
    } else if (static_cast<uint64_t>(due_time.QuadPart) > boot_system_time()) {
        due = static_cast<uint64_t>(due_time.QuadPart) - boot_system_time();
        if (due > TimerQueue::kNever / 200) due = TimerQueue::kNever / 200;
    }
    timer.DueTime.QuadPart = due;
    if (due > now) {
        timer_start_locked(timer, due);
    } else {
        fire_locked(timer, now);
        arm_for_timers_locked();
    }
    return was_set;
}

uint32_t stop_timers_of(uint64_t image, uint64_t bytes) {
    DispatcherGuard guard;
    uint32_t count = 0;
    timer_queue.for_each([&](KTIMER& timer) RSL_NO_LOCK_ANALYSIS {
        if (timer.Dpc == nullptr) return;
        if (reinterpret_cast<uint64_t>(timer.Dpc->DeferredRoutine) - image >= bytes) return;
        timer_stop_locked(timer);
        ++count;
    });
    return count;
}

namespace {
template <typename Predicate>
uint64_t find_timer(Predicate&& wanted) {
    DispatcherGuard guard;
    uint64_t found = 0;
    timer_queue.for_each([&](KTIMER& timer) RSL_NO_LOCK_ANALYSIS {
        if (found == 0 && wanted(timer)) found = reinterpret_cast<uint64_t>(&timer);
    });
    return found;
}
}  // namespace

uint64_t find_timer_in(uint64_t start, uint64_t bytes) {
    return find_timer([=](const KTIMER& timer) { return reinterpret_cast<uint64_t>(&timer) - start < bytes; });
}
uint64_t find_timer_of(uint64_t image, uint64_t bytes) {
    return find_timer([=](const KTIMER& timer) {
        return timer.Dpc != nullptr && reinterpret_cast<uint64_t>(timer.Dpc->DeferredRoutine) - image < bytes;
    });
}

bool cancel_timer(KTIMER& timer) {
    DispatcherGuard guard;
    const bool was_set = timer_stop_locked(timer);
    timer.Period = 0;
    return was_set;
}

bool is_running(const KTIMER& timer) { return TimerQueue::is_inserted(timer); }

uint32_t running_timers() {
    DispatcherGuard guard;
    return timer_queue.count();
}

}  // namespace rsl::ke

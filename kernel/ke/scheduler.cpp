// SPDX-License-Identifier: GPL-2.0-only
// Which thread runs where. Priorities 0 to 31, preemptive; round robin within one after a quantum.
//
//   initialized -- ready_thread --> ready <-> standby --> running --> waiting --> ready ...
//                                     ^---- preempted ------'  `----> terminated
#include "kernel/arch/paging.hpp"
#include "kernel/ke/dispatcher.hpp"
#include "kernel/ke/processor.hpp"
#include "kernel/ps/notify.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::ke {

constinit Processor* processors[kMaxProcessors] = {};
constinit std::atomic<uint32_t> processor_count = 0;
constinit SpinLock dispatcher_lock{LockRank::kDispatcher};

namespace {

constinit ReadyQueues ready_queues;

bool is_idle(const Processor& processor) {
    return processor.next_thread == nullptr && idles(processor);
}

bool may_run_on(const Thread& thread, uint32_t number) {
    return (thread.affinity >> number & 1) != 0;
}

/// What a newcomer must beat on this processor: the standby thread's priority or the running one's.
int priority_to_beat(const Processor& processor) {
    if (processor.next_thread != nullptr) return processor.next_thread->priority;
    if (idles(processor)) return -1;
    return processor.current_thread->priority;
}

/// The best processor to give the thread to at once, or nullptr. This one first: waking a thread on the
/// processor that is here anyway takes no interrupt.
Processor* find_processor(const Thread& thread) {
    Processor& here = arch::processor();
    if (thread.ideal_processor >= 0) {
        const auto ideal = static_cast<uint32_t>(thread.ideal_processor);
        if (is_idle(*processors[ideal]) && may_run_on(thread, ideal)) return processors[ideal];
    }
    if (is_idle(here) && may_run_on(thread, here.number)) return &here;
    const uint32_t count = processor_count.load(std::memory_order_relaxed);  // changes at start only
    Processor* weakest = nullptr;
    int weakest_priority = thread.priority;
    for (uint32_t i = 0; i < count; ++i) {
        const uint32_t number = (thread.processor + i) % count;  // where its cache is, first
        if (!may_run_on(thread, number)) continue;
        const int to_beat = priority_to_beat(*processors[number]);
        if (to_beat >= weakest_priority) continue;
        weakest = processors[number];
        weakest_priority = to_beat;
    }
    if (weakest != nullptr && weakest_priority >= 0 && may_run_on(thread, here.number) &&
        priority_to_beat(here) < thread.priority) {
        return &here;  // somebody is preempted anyway: spare the other processor the interrupt
    }
    return weakest;
}

void queue_ready_locked(Thread& thread) {
    thread.state = ThreadState::kReady;
    if (thread.preempted) {
        ready_queues.push_front(thread);
    } else {
        ready_queues.push_back(thread);
    }
    thread.preempted = false;
}

void give_locked(Processor& processor, Thread& thread) {
    if (Thread* const displaced = processor.next_thread;
        displaced != nullptr && displaced != processor.idle_thread) {
        displaced->preempted = true;
        queue_ready_locked(*displaced);
    }
    thread.state = ThreadState::kStandby;
    thread.processor = processor.number;
    processor.next_thread = &thread;
    if (&processor != &arch::processor()) arch::send_ipi(processor.number, arch::Ipi::kReschedule);
}

/// A thread that an idle processor was told to run and has not begun: waking from a halt takes long,
/// and the one who gave it away often has nothing to do itself a moment later.
Thread* take_back_locked(Processor& thief) {
    const uint32_t count = processor_count.load(std::memory_order_relaxed);  // changes at start only
    for (uint32_t number = 0; number < count; ++number) {
        Processor& victim = *processors[number];
        Thread* const thread = victim.next_thread;
        if (&victim == &thief || thread == nullptr || thread == victim.idle_thread) continue;
        if (victim.current_thread != victim.idle_thread || !may_run_on(*thread, thief.number)) continue;
        victim.next_thread = nullptr;
        return thread;
    }
    return nullptr;
}

Thread& take_next_locked(Processor& processor) {
    Thread* next = processor.next_thread;
    processor.next_thread = nullptr;
    if (next == nullptr) next = ready_queues.take(processor.number);
    if (next == nullptr) next = take_back_locked(processor);
    return next != nullptr ? *next : *processor.idle_thread;
}

/// From one thread to another. The lock goes along: whoever runs next releases it. `level` is the
/// current one, to which `from` comes back; it is handed on in memory because reading CR8 is slow.
void switch_to_locked(Processor& processor, Thread& from, Thread& to, KIRQL level) RSL_NO_LOCK_ANALYSIS {
    const uint64_t now = arch::now_ns();
    end_halt(processor, now);
    const uint64_t ran = now - from.switched_in_ns;
    from.run_ns += ran;
    from.quantum_used_ns = from.state == ThreadState::kWaiting ? 0 : from.quantum_used_ns + ran;
    to.switched_in_ns = now;
    ++to.switches;
    ++processor.switches;
    to.state = ThreadState::kRunning;
    to.processor = processor.number;
    // Pairs with defer_flush_if_idle(): either it sees that we are not idle, or we see the flag below.
    __atomic_store_n(&processor.current_thread, &to, __ATOMIC_SEQ_CST);
    if (&to != processor.idle_thread) {
        arm_tick_locked(processor, now);
        // An idle processor keeps the address space that it had: mostly the next thread is of the same
        // process, and loading CR3 throws away every translation (under TCG 7 microseconds each time).
        const uint64_t root = to.attached_process->page_table_root;
        const bool flushed = processor.loaded_root.load(std::memory_order_relaxed) != root;  // our own
        if (flushed) arch::switch_address_space(root);
        if (processor.flush_when_busy.load(std::memory_order_seq_cst)) {
            processor.flush_when_busy.store(false, std::memory_order_relaxed);
            if (!flushed) arch::flush_all();
        }
    }
    processor.level_at_switch = level;
    arch::switch_context(from.context, to.context);
    // `from` runs again, and `processor` may be another one's.
    dispatcher_lock.release();
    Processor& here = arch::processor();
    if (here.level_at_switch != level) arch::set_irql(level);
    if (from.apc_state.KernelApcPending) here.software_wanted.fetch_or(kWantApc, std::memory_order_relaxed);
}

/// A fresh thread's first code, on its own stack, interrupts off, the lock still held.
void thread_begins(void* argument) RSL_NO_LOCK_ANALYSIS {
    Thread& self = *static_cast<Thread*>(argument);
    dispatcher_lock.release();
    if (arch::processor().level_at_switch != PASSIVE_LEVEL) arch::set_irql(PASSIVE_LEVEL);
    arch::restore_interrupts(true);
    if (self.apc_state.KernelApcPending) deliver_kernel_apcs();
    ps::tell_thread_starts(static_cast<ps::Thread&>(self));
    self.start_routine(self.start_context);
    exit_thread(0);
}

}  // namespace

bool is_anybody_ready(uint32_t number) RSL_NO_LOCK_ANALYSIS { return ready_queues.find(number) != nullptr; }

bool defer_flush_if_idle(Processor& processor) {
    const auto idles = [&] {
        return __atomic_load_n(&processor.current_thread, __ATOMIC_SEQ_CST) == processor.idle_thread;
    };
    if (!idles()) return false;
    processor.flush_when_busy.store(true, std::memory_order_seq_cst);  // pairs with switch_to_locked()
    return idles();  // else it may have looked before: the flush it does then, if any, does no harm
}

uint64_t active_processors() {
    return (uint64_t{1} << processor_count.load(std::memory_order_relaxed)) - 1;  // set at start only
}

void initialize_thread(Thread& thread, ps::Process& process, void* stack_top, uint64_t stack_bytes,
                       PKSTART_ROUTINE routine, void* context) {
    initialize_header(thread.header, ThreadObject, 0, 0);
    for (LIST_ENTRY* head : {&thread.apc_state.ApcListHead[0], &thread.apc_state.ApcListHead[1],
                             &thread.saved_apc_state.ApcListHead[0],
                             &thread.saved_apc_state.ApcListHead[1], &thread.mutant_list}) {
        list_initialize(*head);
    }
    initialize_header(thread.wait_timer.Header, TimerNotificationObject, sizeof(KTIMER), 0);
    thread.process = thread.attached_process = &process;
    thread.apc_state.Process = reinterpret_cast<PKPROCESS>(&process);
    thread.stack_top = stack_top;
    thread.stack_bytes = stack_bytes;
    thread.start_routine = routine;
    thread.start_context = context;
    if (stack_top != nullptr) {
        arch::prepare_context(thread.context, stack_top, thread_begins, &thread);
    }
}

void ready_locked(Thread& thread) {
    if (Processor* const target = find_processor(thread); target != nullptr) {
        give_locked(*target, thread);
    } else {
        queue_ready_locked(thread);
    }
}

void ready_thread(Thread& thread) {
    DispatcherGuard guard;
    thread.processor = arch::processor().number;
    ready_locked(thread);
}

void switch_away_locked(KIRQL level) RSL_NO_LOCK_ANALYSIS {
    Processor& processor = arch::processor();
    Thread& self = *processor.current_thread;
    switch_to_locked(processor, self, take_next_locked(processor), level);
}

/// Whether the running thread has used its quantum. If so it gets a new one, and its boost decays.
static bool quantum_is_over(Thread& self) {
    const uint64_t now = arch::now_ns();
    if (self.quantum_used_ns + (now - self.switched_in_ns) < kQuantumNs) return false;
    self.run_ns += now - self.switched_in_ns;
    self.switched_in_ns = now;
    self.quantum_used_ns = 0;
    if (self.boost != 0) {
        --self.boost;
        --self.priority;
    }
    return true;
}

/// The running thread goes back to the ready list and the standby thread runs.
static void preempt_locked(Processor& processor, KIRQL level) RSL_NO_LOCK_ANALYSIS {
    Thread& self = *processor.current_thread;
    Thread& next = take_next_locked(processor);
    if (&self != processor.idle_thread) {
        self.preempted = !quantum_is_over(self) && next.priority > self.priority;
        if (Processor* const other = find_processor(self);
            other != nullptr && other != &processor && is_idle(*other)) {
            // It is still on this stack: the other processor waits for the lock until it is not.
            give_locked(*other, self);
        } else {
            queue_ready_locked(self);
        }
    }
    switch_to_locked(processor, self, next, level);
}

bool yield_locked() RSL_NO_LOCK_ANALYSIS {
    Processor& processor = arch::processor();
    Thread& self = *processor.current_thread;
    // Who yields gives its boost away too: those it waits for may be its equals without one.
    self.priority = static_cast<int8_t>(self.priority - self.boost);
    self.boost = 0;
    if (processor.next_thread == nullptr) {
        Thread* const next =
            ready_queues.take(processor.number, processor.current_thread->priority);
        if (next == nullptr) {
            dispatcher_lock.release();
            return false;
        }
        processor.next_thread = next;
    }
    preempt_locked(processor, arch::irql());
    return true;
}

bool yield() RSL_NO_LOCK_ANALYSIS {
    const bool were_on = arch::disable_interrupts();
    dispatcher_lock.acquire();
    const bool switched = yield_locked();
    // An APC may have come meanwhile: a thread that does nothing but yield until it has run would never
    // see it otherwise.
    if (were_on && arch::processor().software_wanted.load(std::memory_order_relaxed) != 0) run_wanted(arch::irql());
    arch::restore_interrupts(were_on);
    return switched;
}

void boost_locked(Thread& thread, int increment) {
    if (thread.base_priority >= kLowestRealtimePriority || increment <= 0 || thread.boost_disabled) return;
    const int boosted = thread.base_priority + increment;
    const int priority = boosted < kLowestRealtimePriority ? boosted : kLowestRealtimePriority - 1;
    if (priority <= thread.priority) return;
    thread.boost = static_cast<int8_t>(priority - thread.base_priority);
    thread.priority = static_cast<int8_t>(priority);
}

void set_priority_locked(Thread& thread, int priority) {
    if (thread.priority == priority) return;
    const int old = thread.priority;
    switch (thread.state) {
        case ThreadState::kReady:
            ready_queues.remove(thread);
            thread.priority = static_cast<int8_t>(priority);
            ready_locked(thread);
            return;
        case ThreadState::kRunning:
        case ThreadState::kStandby: {
            thread.priority = static_cast<int8_t>(priority);
            Processor& processor = *processors[thread.processor];
            if (priority >= old) return;
            // Somebody who waited behind it may be better now.
            if (thread.state == ThreadState::kStandby) {
                processor.next_thread = nullptr;
                ready_locked(thread);
            } else if (processor.next_thread == nullptr) {
                if (Thread* const better = ready_queues.take(processor.number, priority + 1)) {
                    give_locked(processor, *better);
                }
            }
            return;
        }
        default:
            thread.priority = static_cast<int8_t>(priority);
    }
}

void set_affinity_locked(Thread& thread, uint64_t affinity) {
    thread.affinity = affinity;
    if (thread.state == ThreadState::kReady) {
        ready_queues.remove(thread);
        ready_locked(thread);
        return;
    }
    if (may_run_on(thread, thread.processor)) return;
    Processor& processor = *processors[thread.processor];
    if (thread.state == ThreadState::kStandby) {
        processor.next_thread = nullptr;
        ready_locked(thread);
    } else if (thread.state == ThreadState::kRunning && processor.next_thread == nullptr) {
        Thread* next = ready_queues.take(processor.number);
        give_locked(processor, next != nullptr ? *next : *processor.idle_thread);
    }
}

// ---- Leaving the lock, and work that waits for a lower level ---------------------------------------

void want_here(uint8_t what) {
    arch::processor().software_wanted.fetch_or(what, std::memory_order_relaxed);
}

/// Nobody will look at software_wanted before the level drops, perhaps by a driver's own write to CR8:
/// have the interrupt controller tell us.
static void request_interrupt(Processor& processor) {
    if (processor.dpc_running || processor.nesting_level != 0) return;  // looked at when these end
    arch::request_dispatch_interrupt();
}

void leave_dispatcher(bool interrupts_were_on) RSL_NO_LOCK_ANALYSIS {
    Processor& processor = arch::processor();
    const uint8_t wanted = processor.software_wanted.load(std::memory_order_relaxed);  // our own
    if (processor.next_thread == nullptr && (wanted & kWantDispatch) == 0) [[likely]] {
        dispatcher_lock.release();
        arch::restore_interrupts(interrupts_were_on);
        return;
    }
    const KIRQL level = arch::irql();
    if (!interrupts_were_on || processor.dpc_running || processor.nesting_level != 0 ||
        level >= DISPATCH_LEVEL) {
        want_here(kWantDispatch);
        dispatcher_lock.release();
        if ((wanted & kWantDispatch) == 0) request_interrupt(processor);  // else it was asked for
    } else {
        if (processor.next_thread != nullptr) {
            preempt_locked(processor, level);
        } else {
            dispatcher_lock.release();
        }
        run_wanted(level);
    }
    arch::restore_interrupts(interrupts_were_on);
}

/// At a quantum's end an equal gets its turn.
static void end_quantum_locked(Processor& processor) {
    Thread& self = *processor.current_thread;
    if (&self == processor.idle_thread) return;
    if (processor.next_thread != nullptr || !quantum_is_over(self)) return;  // else preempt_locked() looks
    if (Thread* const next = ready_queues.take(processor.number, self.priority)) {
        next->state = ThreadState::kStandby;
        next->processor = processor.number;
        processor.next_thread = next;
    }
}

/// DPCs and timers at DISPATCH_LEVEL, then a thread switch at `level`. Interrupts off.
static void run_dispatch_work(KIRQL level) RSL_NO_LOCK_ANALYSIS {
    Processor& processor = arch::processor();
    if (processor.dpc_running) return;
    if (dpcs_wait(processor)) {
        if (level < DISPATCH_LEVEL) arch::set_irql(DISPATCH_LEVEL);
        run_dpcs(processor);
    }
    if (arch::irql() != level) arch::set_irql(level);
    // Nothing new of our own since the last DPC; what others send comes with an interrupt.
    processor.software_wanted.fetch_and(static_cast<uint8_t>(~kWantDispatch), std::memory_order_relaxed);
    dispatcher_lock.acquire();
    end_quantum_locked(processor);
    if (processor.next_thread != nullptr) {
        preempt_locked(processor, level);
    } else {
        dispatcher_lock.release();
    }
}

void run_wanted(KIRQL level) {
    // Every turn looks at the processor anew: the last one may have moved the thread.
    for (;;) {
        const uint8_t wanted = arch::processor().software_wanted.load(std::memory_order_relaxed);
        if ((wanted & kWantDispatch) != 0 && level < DISPATCH_LEVEL) {
            run_dispatch_work(level);
        } else if ((wanted & kWantApc) != 0 && level < APC_LEVEL) {
            arch::processor().software_wanted.fetch_and(static_cast<uint8_t>(~kWantApc),
                                                        std::memory_order_relaxed);
            if (!current_thread().apc_state.KernelApcPending) continue;
            arch::set_irql(APC_LEVEL);
            arch::restore_interrupts(true);
            deliver_kernel_apcs_at_apc_level();
            arch::disable_interrupts();
            arch::set_irql(level);
        } else {
            return;
        }
    }
}

void on_interrupt_exit(KIRQL interrupted) {
    Processor& processor = arch::processor();
    if (processor.nesting_level != 0) return;  // the outer interrupt's exit looks again
    if (interrupted < DISPATCH_LEVEL) run_wanted(interrupted);
    // What is left waits for a lower level, which a driver may reach by its own write to CR8.
    Processor& here = arch::processor();
    const uint8_t left = here.software_wanted.load(std::memory_order_relaxed);
    if ((left & kWantDispatch) != 0 && !here.dpc_running) arch::request_dispatch_interrupt();
    if ((left & kWantApc) != 0) arch::request_apc_interrupt();
}

void on_dispatch_interrupt() {
    arch::disable_interrupts();
    do {
        run_dispatch_work(DISPATCH_LEVEL);
    } while ((arch::processor().software_wanted.load(std::memory_order_relaxed) & kWantDispatch) != 0);
    arch::restore_interrupts(true);
}

void on_apc_interrupt() {
    arch::disable_interrupts();
    arch::processor().software_wanted.fetch_and(static_cast<uint8_t>(~kWantApc),
                                                std::memory_order_relaxed);
    arch::restore_interrupts(true);
    deliver_kernel_apcs_at_apc_level();
}

void on_reschedule_ipi() {
    // Another processor gave us a thread, a DPC or an APC.
    const bool apc = arch::processor().current_thread->apc_state.KernelApcPending;
    want_here(apc ? kWantDispatch | kWantApc : kWantDispatch);
}

}  // namespace rsl::ke

// SPDX-License-Identifier: GPL-2.0-only
// The inside of ke: the dispatcher lock and what happens under it. One lock guards every dispatcher
// object, wait block, ready list and thread state; it is held with interrupts off and for moments only
// (docs/adr/0008-dispatcher-lock.md). Nothing outside kernel/ke includes this.
#pragma once

#include "kernel/ke/ready_queues.hpp"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/ke/timer_queue.hpp"

namespace rsl::ke {

extern constinit SpinLock dispatcher_lock;

/// Called with the lock held and interrupts off; leaves both as before the lock was taken and switches
/// threads, runs DPCs, or asks for an interrupt that will, if something became possible meanwhile.
void leave_dispatcher(bool interrupts_were_on) RSL_RELEASES(dispatcher_lock);

/// Holds the dispatcher lock for a scope. Leaving may switch to a thread that was made ready.
class RSL_SCOPED_CAPABILITY DispatcherGuard {
  public:
    DispatcherGuard() RSL_ACQUIRES(dispatcher_lock) : were_on_(arch::disable_interrupts()) {
        dispatcher_lock.acquire();
    }
    ~DispatcherGuard() RSL_RELEASES() RSL_NO_LOCK_ANALYSIS { leave_dispatcher(were_on_); }
    DispatcherGuard(const DispatcherGuard&) = delete;
    DispatcherGuard& operator=(const DispatcherGuard&) = delete;

  private:
    bool were_on_;
};

// ---- Scheduling (scheduler.cpp) -------------------------------------------------------------------

/// Makes a thread runnable that waited or is new. Chooses a processor and, if it is another one, tells
/// it.
void ready_locked(Thread& thread) RSL_REQUIRES(dispatcher_lock);
/// Gives the processor away: the running thread's state says why. Releases the lock; comes back with
/// interrupts off when the thread runs again, perhaps on another processor, at the same `level` as now.
void switch_away_locked(KIRQL level) RSL_RELEASES(dispatcher_lock);
/// Gives the processor to a ready thread of the same or a higher priority, if there is one. The lock is
/// released either way.
bool yield_locked() RSL_RELEASES(dispatcher_lock);
/// The same from outside the lock; whether somebody else ran.
bool yield();
/// Sets what `thread` runs at, wherever it is.
void set_priority_locked(Thread& thread, int priority) RSL_REQUIRES(dispatcher_lock);
/// Moves `thread` if it may not be where it is.
void set_affinity_locked(Thread& thread, uint64_t affinity) RSL_REQUIRES(dispatcher_lock);
/// A boost on the end of a wait: base + increment, at most 15, never for real-time threads.
void boost_locked(Thread& thread, int increment) RSL_REQUIRES(dispatcher_lock);
/// Processors that run, as a mask.
uint64_t active_processors();

/// Notes work for this processor (kWantDispatch, kWantApc). Interrupts are off. Whoever notes something
/// sees to it that somebody looks: an interrupt's exit, the DPC loop, leave_dispatcher(), or a software
/// interrupt that it asks for.
void want_here(uint8_t what);
/// Runs what this processor wants, if the level allows; interrupts are off before and after.
void run_wanted(KIRQL level);

// ---- Waits (wait.cpp) -----------------------------------------------------------------------------

/// Internal end of a wait: a kernel APC has to run, then the wait goes on.
inline constexpr int32_t kWaitInterrupted = 0x100;  // STATUS_KERNEL_APC

/// Ends the waits that the object's state now satisfies.
void wake_waiters_locked(DISPATCHER_HEADER& object, int increment) RSL_REQUIRES(dispatcher_lock);
/// Ends one thread's wait with this status.
void end_wait_locked(Thread& thread, int32_t status, int increment) RSL_REQUIRES(dispatcher_lock);

enum class WaitKind : uint8_t { kAny, kAll };
struct WaitRequest {
    void* const* objects;
    uint32_t count;
    WaitKind kind = WaitKind::kAny;
    KWAIT_REASON reason = Executive;
    KPROCESSOR_MODE mode = KernelMode;
    bool alertable = false;
    Deadline deadline = Deadline::never();
    KWAIT_BLOCK* blocks = nullptr;  // `count` of them; nullptr: the thread's own
};
WaitOutcome wait_for(const WaitRequest& request);
/// The time-out of an NT wait: nullptr for ever, negative relative, else absolute system time.
Deadline deadline_of(const LARGE_INTEGER* timeout);

inline void initialize_header(DISPATCHER_HEADER& header, uint8_t type, uint8_t bytes, int32_t state) {
    header.LockNV = 0;
    header.Type = type;
    header.Size = bytes / sizeof(LONG);
    header.SignalState = state;
    header.WaitListHead.Flink = header.WaitListHead.Blink = &header.WaitListHead;
}

// ---- NT's list of links, as drivers' structures have it --------------------------------------------

inline void list_initialize(LIST_ENTRY& head) { head.Flink = head.Blink = &head; }
inline bool list_empty(const LIST_ENTRY& head) { return head.Flink == &head; }
inline void list_insert_after(LIST_ENTRY& where, LIST_ENTRY& entry) {
    entry.Flink = where.Flink;
    entry.Blink = &where;
    where.Flink->Blink = &entry;
    where.Flink = &entry;
}
inline void list_push_back(LIST_ENTRY& head, LIST_ENTRY& entry) { list_insert_after(*head.Blink, entry); }
/// A corrupted list is the driver's bug and the machine's end: KERNEL_SECURITY_CHECK_FAILURE.
[[noreturn]] void list_corrupted(const LIST_ENTRY& entry);
inline void list_remove(LIST_ENTRY& entry) {
    LIST_ENTRY* const next = entry.Flink;
    LIST_ENTRY* const previous = entry.Blink;
    if (next->Blink != &entry || previous->Flink != &entry) [[unlikely]] list_corrupted(entry);
    previous->Flink = next;
    next->Blink = previous;
}

// ---- Halting in a thread (halt.cpp) -----------------------------------------------------------------

/// Halts in the running thread until `done`, asked with interrupts off after each of them, says so; false: somebody else
/// wants the processor, or there are several: wait in another way. PASSIVE_LEVEL.
bool halt_until(bool (*done)(void* context), void* context);
/// Whether the processor has nothing to do.
inline bool idles(const Processor& processor) {
    return processor.current_thread == processor.idle_thread || processor.halting;
}
/// The halt, if there is one, is over: its time was idle time. Interrupts off, on the processor.
void end_halt(Processor& processor, uint64_t now_ns);
/// Whether a thread that may run there waits for a processor. With interrupts off, on the only one.
bool is_anybody_ready(uint32_t number);

// ---- Queues, mutants (queue.cpp, objects.cpp) -------------------------------------------------------

/// The running thread, or one that waits elsewhere, stops counting for its queue.
void queue_thread_blocks_locked(Thread& thread) RSL_REQUIRES(dispatcher_lock);
void queue_thread_resumes_locked(Thread& thread) RSL_REQUIRES(dispatcher_lock);
void queue_leave_locked(Thread& thread) RSL_REQUIRES(dispatcher_lock);
/// Whether the queue has a packet that `thread`, which runs, may take now; and taking it.
bool queue_has_for(const KQUEUE& queue, const Thread& thread);
void queue_take_locked(KQUEUE& queue, Thread& thread) RSL_REQUIRES(dispatcher_lock);
/// Takes the mutant for `thread`; true when its last owner abandoned it.
bool mutant_take_locked(KMUTANT& mutant, Thread& thread) RSL_REQUIRES(dispatcher_lock);
/// Abandons what an ending thread owns; a kernel mutex among it is a bug check.
void mutants_abandon_locked(Thread& thread) RSL_REQUIRES(dispatcher_lock);

// ---- Timers and time (timer.cpp, clock.cpp) ---------------------------------------------------------

/// Lists a timer for an absolute time in 100 ns of interrupt time and sees to the clock interrupt.
void timer_start_locked(KTIMER& timer, uint64_t due) RSL_REQUIRES(dispatcher_lock);
bool timer_stop_locked(KTIMER& timer) RSL_REQUIRES(dispatcher_lock);
/// Signals timers that are due and queues their DPCs.
void timers_expire();
/// Makes sure that a tick comes while a thread runs here (times that drivers read, quantum ends).
void arm_tick_locked(Processor& processor, uint64_t now_ns) RSL_REQUIRES(dispatcher_lock);

inline constexpr uint64_t kTickNs = 15'625'000;  // KeQueryTimeIncrement
inline constexpr uint64_t kQuantumNs = 2 * kTickNs;
/// 100 ns units since boot, now.
inline uint64_t interrupt_time() { return arch::now_ns() / 100; }
/// 100 ns units since 1601 at boot.
uint64_t boot_system_time();
/// Writes the times that drivers read without a call.
void update_shared_times(uint64_t now_ns);
/// How long ago that was.
uint64_t shared_times_age(uint64_t now_ns);

// ---- DPCs and APCs (dpc.cpp, apc.cpp) ---------------------------------------------------------------

/// Queues a DPC of a timer on this processor, from DPC-level work.
void queue_timer_dpc(KDPC& dpc);
/// Whether timers or DPCs of this processor wait to be run, and running them: at DISPATCH_LEVEL,
/// interrupts off before and after.
bool dpcs_wait(const Processor& processor);
void run_dpcs(Processor& processor);
/// Whether a kernel APC of the thread could run now if its IRQL were zero.
bool kernel_apc_deliverable(const Thread& thread);
/// Runs the kernel APCs of the running thread; at PASSIVE_LEVEL, interrupts on.
void deliver_kernel_apcs();
/// The same at APC_LEVEL, where the caller lowers afterwards.
void deliver_kernel_apcs_at_apc_level();
/// Consumes the user APCs of the running thread: kernel routines run, normal routines do not, since no
/// user code of the thread's process is here (docs/nt/scheduling.md).
void consume_user_apcs();

}  // namespace rsl::ke

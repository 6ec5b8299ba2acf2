// SPDX-License-Identifier: GPL-2.0-only
// The schedulable half of a thread. ps::Thread puts it first, so a PKTHREAD, a PETHREAD and a
// ke::Thread* are the same address. Opaque to drivers; our layout.
#pragma once

#include <cstdint>

#include "abi/types/ex.h"
#include "abi/types/ke.h"
#include "abi/types/ps.h"
#include "base/containers/intrusive_list.hpp"
#include "kernel/arch/arch.hpp"
#include "kernel/ke/processor.hpp"

namespace rsl::ps {
class Process;
}

namespace rsl::ke {

enum class ThreadState : uint8_t { kInitialized, kReady, kStandby, kRunning, kWaiting, kTerminated };

/// Guarded by the dispatcher lock unless said otherwise.
struct Thread {
    DISPATCHER_HEADER header;  // ThreadObject: signalled when it ends
    arch::ThreadContext context;
    ThreadState state = ThreadState::kInitialized;
    KPROCESSOR_MODE previous_mode = KernelMode;  // its own thread's
    KPROCESSOR_MODE wait_mode = KernelMode;
    bool alertable = false;
    bool alerted[2] = {};
    bool system_thread = true;
    bool stack_swappable = true;  // what KeSetKernelStackSwapEnable says; nothing pages
    int8_t priority = 8, base_priority = 8;
    int8_t boost = 0;             // what of priority is a boost that decays
    bool boost_disabled = false;  // the end of a wait does not lift it
    bool preempted = false;       // goes to the head of its ready list, not the tail
    uint64_t affinity = ~uint64_t{0};       // what holds now
    uint64_t user_affinity = ~uint64_t{0};  // what KeRevertToUserAffinityThread goes back to
    bool system_affinity = false;           // KeSetSystemAffinityThread holds
    uint32_t processor = 0;       // where it runs or last ran
    int8_t ideal_processor = -1;  // where it would rather run, from KeSetIdealProcessorThread; -1: anywhere
    ListHook ready_hook;          // in a ready list, or once terminated in the reaper's
    // Waiting.
    int32_t wait_status = 0;
    KIRQL wait_irql = PASSIVE_LEVEL;  // where the wait was entered
    bool wait_next = false;       // KeSetEvent(Wait = TRUE) and kin: IRQL is raised until the wait
    KWAIT_REASON wait_reason = Executive;
    KWAIT_BLOCK* wait_blocks = nullptr;
    uint32_t wait_block_count = 0;
    KWAIT_BLOCK builtin_wait_blocks[4] = {};  // the last one serves the time-out
    KTIMER wait_timer = {};
    KQUEUE* queue = nullptr;      // the KQUEUE it takes packets from
    LIST_ENTRY queue_entry = {};
    LIST_ENTRY* queue_packet = nullptr;  // what the queue handed over
    LIST_ENTRY mutant_list = {};  // mutants it owns
    // APCs.
    KAPC_STATE apc_state = {};    // where it is attached now
    KAPC_STATE saved_apc_state = {};
    uint8_t apc_environment = 0;  // 0 own process, 1 attached
    bool user_apc_pending = false;
    bool apcs_closed = false;     // it ends: no more are taken
    int16_t kernel_apc_disable = 0;   // KeEnterCriticalRegion nests, its own thread's
    int16_t special_apc_disable = 0;  // KeEnterGuardedRegion nests, its own thread's
    bool begins_in_region = false;  // one of kernel_apc_disable is the system's, from begin to end
    // Stack; owned by ps::Thread.
    void* stack_top = nullptr;
    uint64_t stack_bytes = 0;
    void* callout_top = nullptr;  // the stack of a KeExpandKernelStackAndCallout under way
    uint64_t callout_bytes = 0;
    ps::Process* process = nullptr;           // its own
    ps::Process* attached_process = nullptr;  // where its address space is now
    PKSTART_ROUTINE start_routine = nullptr;
    void* start_context = nullptr;
    uint64_t run_ns = 0, switched_in_ns = 0, switches = 0;
    void* verified_caller = nullptr;  // kernel/vf: the verified driver that called a thunk last
    uint64_t quantum_used_ns = 0;  // before switched_in_ns; preemption does not give a fresh quantum
};

/// The thread that runs now (gs:[0x188]). Any IRQL.
#if defined(RSL_GUEST)
inline Thread& current_thread() {
    // One load through GS: the thread may be moved to another processor before and after, not during.
    using GsPointer = Thread* const volatile __attribute__((address_space(256)))*;
    return **reinterpret_cast<GsPointer>(offsetof(Processor, current_thread));
}
#else
Thread& current_thread();
#endif

/// The same where it is named as NT does.
inline PKTHREAD nt(Thread& thread) { return reinterpret_cast<PKTHREAD>(&thread); }
inline Thread& from_nt(PKTHREAD thread) { return *reinterpret_cast<Thread*>(thread); }

/// Readies a thread structure: stack, entry, priority. It runs after ready_thread().
void initialize_thread(Thread& thread, ps::Process& process, void* stack_top, uint64_t stack_bytes,
                       PKSTART_ROUTINE routine, void* context);
/// Makes an initialized thread runnable. IRQL <= DISPATCH_LEVEL.
void ready_thread(Thread& thread);
/// Ends the running thread: signals it and never returns. ps frees stack and object later. PASSIVE.
[[noreturn]] void exit_thread(int32_t exit_status);

/// A deadline for waits: forever, or an absolute arch::now_ns() time. Zero never blocks.
struct Deadline {
    uint64_t ns;
    static constexpr Deadline never() { return {~uint64_t{0}}; }
    static constexpr Deadline poll() { return {0}; }
    static Deadline after_ns(uint64_t ns) { return {arch::now_ns() + ns}; }
};

/// What a wait came to: STATUS_WAIT_0 + n, STATUS_TIMEOUT, STATUS_ALERTED, STATUS_USER_APC.
using WaitOutcome = int32_t;
WaitOutcome wait_one(DISPATCHER_HEADER& object, Deadline deadline,
                     KWAIT_REASON reason = Executive, KPROCESSOR_MODE mode = KernelMode,
                     bool alertable = false) RSL_EXCLUDES(irql::dispatch);

/// An event of the kernel's own.
class Event {
  public:
    enum class Kind : uint8_t { kNotification, kSynchronization };
    explicit Event(Kind kind);
    void set();    // IRQL <= DISPATCH_LEVEL
    void reset();
    WaitOutcome wait(Deadline deadline = Deadline::never()) RSL_EXCLUDES(irql::dispatch);
    bool is_set() const;

  private:
    KEVENT event_;
};

/// A blocking lock for PASSIVE_LEVEL and APC_LEVEL code; normal kernel APCs are held off.
class RSL_CAPABILITY("mutex") Mutex {
  public:
    Mutex();
    void acquire() RSL_ACQUIRES() RSL_EXCLUDES(irql::dispatch);
    void release() RSL_RELEASES();

  private:
    FAST_MUTEX mutex_;
};
class RSL_SCOPED_CAPABILITY MutexGuard {
  public:
    explicit MutexGuard(Mutex& mutex) RSL_ACQUIRES(mutex) : mutex_(mutex) { mutex_.acquire(); }
    ~MutexGuard() RSL_RELEASES() { mutex_.release(); }
    MutexGuard(const MutexGuard&) = delete;
    MutexGuard& operator=(const MutexGuard&) = delete;

  private:
    Mutex& mutex_;
};

}  // namespace rsl::ke

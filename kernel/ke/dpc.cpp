// SPDX-License-Identifier: GPL-2.0-only
// Deferred procedure calls: each processor's queue, run at DISPATCH_LEVEL on a stack of its own before
// the processor goes on with a thread. Threaded DPCs run like all others. docs/nt/scheduling.md.
#include "kernel/ke/dpc.hpp"

#include "kernel/ke/call.hpp"
#include "kernel/ke/dispatcher.hpp"
#include "kernel/ke/objects.hpp"
#include "kernel/ke/processor.hpp"

namespace rsl::ke {
namespace {

// KDPC::Number is 0, or this plus the processor that KeSetTargetProcessorDpc named.
constexpr USHORT kTargetBase = 0x500;

KDPC* owner(SINGLE_LIST_ENTRY* entry) {
    return entry == nullptr ? nullptr : CONTAINING_RECORD(entry, KDPC, DpcListEntry);
}

/// DpcData says where a DPC is queued. Claiming it is what makes a second insertion fail.
bool claim(KDPC& dpc, Processor& processor) {
    void* expected = nullptr;
    return __atomic_compare_exchange_n(&dpc.DpcData, &expected, static_cast<void*>(&processor), false,
                                       __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

void link_locked(Processor& processor, KDPC& dpc) RSL_REQUIRES(processor.dpc_lock) {
    dpc.DpcListEntry.Next = nullptr;
    if (processor.dpc_head == nullptr) {
        processor.dpc_head = processor.dpc_tail = &dpc;
    } else if (dpc.Importance == HighImportance) {
        dpc.DpcListEntry.Next = &processor.dpc_head->DpcListEntry;
        processor.dpc_head = &dpc;
    } else {
        processor.dpc_tail->DpcListEntry.Next = &dpc.DpcListEntry;
        processor.dpc_tail = &dpc;
    }
    ++processor.dpc_depth;
}

KDPC* pop_locked(Processor& processor) RSL_REQUIRES(processor.dpc_lock) {
    KDPC* const dpc = processor.dpc_head;
    if (dpc == nullptr) return nullptr;
    processor.dpc_head = owner(dpc->DpcListEntry.Next);
    if (processor.dpc_head == nullptr) processor.dpc_tail = nullptr;
    --processor.dpc_depth;
    return dpc;
}

bool unlink_locked(Processor& processor, KDPC& dpc) RSL_REQUIRES(processor.dpc_lock) {
    KDPC* before = nullptr;
    for (KDPC* at = processor.dpc_head; at != nullptr; before = at, at = owner(at->DpcListEntry.Next)) {
        if (at != &dpc) continue;
        KDPC* const next = owner(at->DpcListEntry.Next);
        if (before == nullptr) {
            processor.dpc_head = next;
        } else {
            before->DpcListEntry.Next = next == nullptr ? nullptr : &next->DpcListEntry;
        }
        if (processor.dpc_tail == &dpc) processor.dpc_tail = before;
        --processor.dpc_depth;
        return true;
    }
    return false;
}

/// Runs what is queued here, on the DPC stack. Interrupts are off before and after, on meanwhile.
void drain(void* argument) RSL_NO_LOCK_ANALYSIS {
    Processor& processor = *static_cast<Processor*>(argument);
    for (;;) {
        if (processor.timer_work.load(std::memory_order_relaxed)) timers_expire();
        processor.dpc_lock.acquire();
        KDPC* const dpc = pop_locked(processor);
        if (dpc == nullptr) {
            processor.dpc_lock.release();
            return;
        }
        // From here on the DPC may be queued again, and its memory may go once the routine has run.
        const PKDEFERRED_ROUTINE routine = dpc->DeferredRoutine;
        void* const context = dpc->DeferredContext;
        void* const argument1 = dpc->SystemArgument1;
        void* const argument2 = dpc->SystemArgument2;
        __atomic_store_n(&dpc->DpcData, nullptr, __ATOMIC_RELEASE);  // pairs with claim()
        processor.dpc_lock.release();
        ++processor.dpcs;
        arch::restore_interrupts(true);
        routine(dpc, context, argument1, argument2);
        arch::disable_interrupts();
    }
}

}  // namespace

uint64_t find_dpc_in(uint64_t start, uint64_t bytes) {
    uint64_t found = 0;
    const uint32_t count = processor_count.load(std::memory_order_acquire);
    for (uint32_t i = 0; i < count; ++i) {
        InterruptLockGuard guard{processors[i]->dpc_lock};
        for (KDPC* at = processors[i]->dpc_head; at != nullptr; at = owner(at->DpcListEntry.Next)) {
            if (reinterpret_cast<uint64_t>(at) - start < bytes) found = reinterpret_cast<uint64_t>(at);
        }
    }
    return found;
}

void initialize_dpc(KDPC& dpc, PKDEFERRED_ROUTINE routine, void* context, UCHAR type) {
    dpc.TargetInfoAsUlong = 0;
    dpc.Type = type;
    dpc.Importance = MediumImportance;
    dpc.DeferredRoutine = routine;
    dpc.DeferredContext = context;
    dpc.DpcData = nullptr;
}

void set_dpc_target(KDPC& dpc, uint32_t processor_number) {
    dpc.Number = static_cast<USHORT>(kTargetBase + processor_number);
}

bool queue_dpc(KDPC& dpc, void* argument1, void* argument2) {
    const bool were_on = arch::disable_interrupts();
    Processor& here = arch::processor();
    const uint32_t count = processor_count.load(std::memory_order_relaxed);  // changes at start only
    const uint32_t number = dpc.Number >= kTargetBase ? dpc.Number - kTargetBase : here.number;
    Processor& target = number < count ? *processors[number] : here;
    if (!claim(dpc, target)) {
        arch::restore_interrupts(were_on);
        return false;
    }
    target.dpc_lock.acquire();
    dpc.SystemArgument1 = argument1;
    dpc.SystemArgument2 = argument2;
    link_locked(target, dpc);
    target.dpc_lock.release();
    if (&target != &here) {
        arch::send_ipi(target.number, arch::Ipi::kReschedule);
        arch::restore_interrupts(were_on);
        return true;
    }
    const bool asked = (here.software_wanted.fetch_or(kWantDispatch, std::memory_order_relaxed) &
                        kWantDispatch) != 0;  // our own processor's
    if (were_on && arch::irql() < DISPATCH_LEVEL && here.nesting_level == 0) {
        run_wanted(arch::irql());
    } else if (!asked && !here.dpc_running && here.nesting_level == 0) {
        arch::request_dispatch_interrupt();
    }
    arch::restore_interrupts(were_on);
    return true;
}

void queue_timer_dpc(KDPC& dpc) {
    const uint64_t now = boot_system_time() + interrupt_time();
    queue_dpc(dpc, reinterpret_cast<void*>(now & 0xFFFFFFFF), reinterpret_cast<void*>(now >> 32));
}

bool remove_dpc(KDPC& dpc) RSL_NO_LOCK_ANALYSIS {
    const bool were_on = arch::disable_interrupts();
    bool removed = false;
    if (auto* const processor =
            static_cast<Processor*>(__atomic_load_n(&dpc.DpcData, __ATOMIC_ACQUIRE))) {
        processor->dpc_lock.acquire();
        removed = unlink_locked(*processor, dpc);
        if (removed) __atomic_store_n(&dpc.DpcData, nullptr, __ATOMIC_RELEASE);  // pairs with claim()
        processor->dpc_lock.release();
    }
    arch::restore_interrupts(were_on);
    return removed;
}

bool dpcs_wait(const Processor& processor) {
    // Another processor's addition may show late here: its interrupt makes us look again.
    return processor.dpc_head != nullptr || processor.timer_work.load(std::memory_order_relaxed);
}

void run_dpcs(Processor& processor) {
    processor.dpc_running = true;
    if (processor.dpc_stack_top != nullptr) {
        arch::call_on_stack(processor.dpc_stack_top, drain, &processor);
    } else {
        drain(&processor);  // before initialize_memory()
    }
    processor.dpc_running = false;
}

// ---- All processors ----------------------------------------------------------------------------------

namespace {

/// A DPC for each processor that is behind everything queued so far.
struct Marker {
    KDPC dpc;
    KEVENT* reached;
    std::atomic<uint32_t>* left;
};

void NTAPI marker_reached(KDPC*, void* context, void*, void*) {
    auto& marker = *static_cast<Marker*>(context);
    KEVENT* const reached = marker.reached;
    if (marker.left->fetch_sub(1, std::memory_order_acq_rel) == 1) set_event(*reached, IO_NO_INCREMENT);
}

}  // namespace

void flush_dpcs() {
    Marker markers[kMaxProcessors];
    KEVENT reached;
    initialize_event(reached, NotificationEvent, false);
    const uint32_t count = processor_count.load(std::memory_order_relaxed);  // changes at start only
    std::atomic<uint32_t> left = count;
    for (uint32_t i = 0; i < count; ++i) {
        Marker& marker = markers[i];
        initialize_dpc(marker.dpc, marker_reached, &marker, DpcObject);
        set_dpc_target(marker.dpc, i);
        marker.reached = &reached;
        marker.left = &left;
        queue_dpc(marker.dpc, nullptr, nullptr);
    }
    wait_one(reached.Header, Deadline::never());
}

namespace {

/// Shared by the DPCs of one KeGenericCallDpc, on its caller's stack.
struct GenericCall {
    PKDEFERRED_ROUTINE routine;
    void* context;
    std::atomic<uint32_t> running;
    uint32_t processors;
    std::atomic<uint32_t> arrived = 0;
    std::atomic<uint32_t> generation = 0;
};

/// One call at a time, or two would wait for each other. Not a spin lock: whoever waits for his turn has to
/// serve the other's DPC meanwhile, so he waits below DISPATCH_LEVEL.
class GenericCallTurn {
  public:
    GenericCallTurn() {
        for (;;) {
            old_ = raise_irql(DISPATCH_LEVEL);
            if (!taken_.exchange(true, std::memory_order_acquire)) return;  // pairs with the destructor
            lower_irql(old_);
            arch::pause();
        }
    }
    GenericCallTurn(const GenericCallTurn&) = delete;
    GenericCallTurn& operator=(const GenericCallTurn&) = delete;
    ~GenericCallTurn() {
        taken_.store(false, std::memory_order_release);
        lower_irql(old_);
    }

  private:
    static constinit std::atomic<bool> taken_;
    KIRQL old_;
};
constinit std::atomic<bool> GenericCallTurn::taken_ = false;

void NTAPI generic_call_arrives(KDPC* dpc, void* context, void*, void*) {
    auto& call = *static_cast<GenericCall*>(context);
    call.routine(dpc, call.context, &call.running, &call);
}

}  // namespace

void generic_call_dpc(PKDEFERRED_ROUTINE routine, void* context) {
    GenericCallTurn turn;
    const uint32_t count = processor_count.load(std::memory_order_relaxed);  // changes at start only
    GenericCall call{.routine = routine, .context = context, .running = count, .processors = count};
    KDPC dpcs[kMaxProcessors];
    const uint32_t here = arch::processor().number;
    for (uint32_t i = 0; i < count; ++i) {
        initialize_dpc(dpcs[i], generic_call_arrives, &call, DpcObject);
        dpcs[i].Importance = HighImportance;
        set_dpc_target(dpcs[i], i);
        if (i != here) queue_dpc(dpcs[i], nullptr, nullptr);
    }
    routine(&dpcs[here], context, &call.running, &call);
    while (call.running.load(std::memory_order_acquire) != 0) arch::pause();  // pairs with *_done()
}

void signal_call_dpc_done(void* done) {
    static_cast<std::atomic<uint32_t>*>(done)->fetch_sub(1, std::memory_order_acq_rel);
}

bool signal_call_dpc_synchronize(void* synchronize) {
    auto& call = *static_cast<GenericCall*>(synchronize);
    const uint32_t generation = call.generation.load(std::memory_order_acquire);
    if (call.arrived.fetch_add(1, std::memory_order_acq_rel) + 1 == call.processors) {
        call.arrived.store(0, std::memory_order_relaxed);
        call.generation.fetch_add(1, std::memory_order_acq_rel);  // lets the others go
        return true;
    }
    while (call.generation.load(std::memory_order_acquire) == generation) arch::pause();
    return false;
}

}  // namespace rsl::ke

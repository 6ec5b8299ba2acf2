// SPDX-License-Identifier: GPL-2.0-only
// Asynchronous procedure calls. Special kernel APCs (no normal routine) run at APC_LEVEL as soon as a
// thread's IRQL and its guarded regions allow; normal kernel APCs then run their normal routine at
// PASSIVE_LEVEL, one at a time, unless a critical region holds them off. User APCs wait for an alertable
// user-mode wait.
#include "kernel/ke/apc.hpp"

#include "abi/types/status.h"
#include "kernel/ke/dispatcher.hpp"
#include "kernel/ke/processor.hpp"

namespace rsl::ke {
namespace {

constexpr UCHAR kKernelApcInProgress = 1;

KAPC& owner(LIST_ENTRY* entry) { return *CONTAINING_RECORD(entry, KAPC, ApcListEntry); }

bool is_special(const KAPC& apc) { return apc.ApcMode == KernelMode && apc.NormalRoutine == nullptr; }

bool normal_apcs_allowed(const Thread& thread) {
    return thread.kernel_apc_disable == 0 && thread.special_apc_disable == 0 &&
           (thread.apc_state.InProgressFlags & kKernelApcInProgress) == 0;
}

/// The state that an APC belongs to: that of the process that the thread is attached to, or its own.
KAPC_STATE& state_of(const KAPC& apc, Thread& thread) {
    const bool wants_attached = apc.ApcStateIndex == AttachedApcEnvironment;
    return wants_attached == (thread.apc_environment != 0) ? thread.apc_state : thread.saved_apc_state;
}

/// Special APCs stand before normal ones.
void list_kernel_apc(LIST_ENTRY& head, KAPC& apc) {
    LIST_ENTRY* after = head.Blink;
    if (is_special(apc)) {
        while (after != &head && !is_special(owner(after))) after = after->Blink;
    }
    list_insert_after(*after, apc.ApcListEntry);
}

/// Makes the thread look at its kernel APCs, wherever it is.
void nudge_kernel_locked(Thread& thread) RSL_REQUIRES(dispatcher_lock) {
    Processor& here = arch::processor();
    if (thread.state == ThreadState::kRunning) {
        if (thread.processor != here.number) {
            arch::send_ipi(thread.processor, arch::Ipi::kReschedule);
        } else {
            want_here(kWantApc);
        }
    } else if (thread.state == ThreadState::kWaiting && thread.wait_irql < APC_LEVEL &&
               kernel_apc_deliverable(thread)) {
        end_wait_locked(thread, kWaitInterrupted, 0);
    }
}

/// The next kernel APC that may run now, taken out, or nullptr.
KAPC* take_kernel_apc(Thread& self) {
    DispatcherGuard guard;
    LIST_ENTRY& head = self.apc_state.ApcListHead[KernelMode];
    self.apc_state.KernelApcPending = !list_empty(head);
    if (list_empty(head) || self.special_apc_disable != 0) return nullptr;
    KAPC& apc = owner(head.Flink);
    if (!is_special(apc) && !normal_apcs_allowed(self)) return nullptr;
    list_remove(apc.ApcListEntry);
    apc.Inserted = FALSE;
    return &apc;
}

/// Runs what may run. At APC_LEVEL.
void deliver_at_apc_level(Thread& self) {
    while (KAPC* const apc = take_kernel_apc(self)) {
        PKNORMAL_ROUTINE normal = apc->NormalRoutine;
        void* context = apc->NormalContext;
        void* argument1 = apc->SystemArgument1;
        void* argument2 = apc->SystemArgument2;
        const bool special = normal == nullptr;
        apc->KernelRoutine(apc, &normal, &context, &argument1, &argument2);  // may free the APC
        if (special || normal == nullptr) continue;
        self.apc_state.InProgressFlags |= kKernelApcInProgress;
        lower_irql(PASSIVE_LEVEL);
        normal(context, argument1, argument2);
        raise_irql(APC_LEVEL);
        self.apc_state.InProgressFlags &= static_cast<UCHAR>(~kKernelApcInProgress);
    }
}

}  // namespace

bool kernel_apc_deliverable(const Thread& thread) {
    if (thread.special_apc_disable != 0) return false;
    LIST_ENTRY& head = const_cast<Thread&>(thread).apc_state.ApcListHead[KernelMode];
    return !list_empty(head) && (is_special(owner(head.Flink)) || normal_apcs_allowed(thread));
}

void deliver_kernel_apcs_at_apc_level() { deliver_at_apc_level(current_thread()); }

void deliver_kernel_apcs() {
    const KIRQL old = raise_irql(APC_LEVEL);
    deliver_at_apc_level(current_thread());
    lower_irql(old);
}

void check_kernel_apcs() {
    Thread& self = current_thread();
    if (!self.apc_state.KernelApcPending || !kernel_apc_deliverable(self)) return;
    if (arch::irql() < APC_LEVEL && arch::interrupts_enabled()) {
        deliver_kernel_apcs();
    } else {
        const bool were_on = arch::disable_interrupts();
        want_here(kWantApc);
        arch::request_apc_interrupt();
        arch::restore_interrupts(were_on);
    }
}

void initialize_apc(KAPC& apc, Thread& thread, KAPC_ENVIRONMENT environment, PKKERNEL_ROUTINE kernel,
                    PKRUNDOWN_ROUTINE rundown, PKNORMAL_ROUTINE normal, KPROCESSOR_MODE mode,
                    void* context) {
    apc.Type = ApcObject;
    apc.Size = sizeof(KAPC);
    apc.Thread = nt(thread);
    apc.KernelRoutine = kernel;
    apc.RundownRoutine = rundown;
    apc.NormalRoutine = normal;
    apc.ApcMode = normal != nullptr ? mode : static_cast<KPROCESSOR_MODE>(KernelMode);
    apc.NormalContext = normal != nullptr ? context : nullptr;
    apc.ApcStateIndex = static_cast<CCHAR>(
        environment == CurrentApcEnvironment ? thread.apc_environment : environment);
    apc.Inserted = FALSE;
}

bool insert_apc(KAPC& apc, void* argument1, void* argument2, int increment) {
    Thread& thread = from_nt(apc.Thread);
    {
        DispatcherGuard guard;
        if (apc.Inserted || thread.state == ThreadState::kTerminated || thread.apcs_closed) return false;
        if (apc.ApcStateIndex == InsertApcEnvironment) {
            apc.ApcStateIndex = static_cast<CCHAR>(thread.apc_environment);
        }
        apc.SystemArgument1 = argument1;
        apc.SystemArgument2 = argument2;
        apc.Inserted = TRUE;
        KAPC_STATE& state = state_of(apc, thread);
        LIST_ENTRY& head = state.ApcListHead[static_cast<int>(apc.ApcMode)];
        if (apc.ApcMode == KernelMode) {
            list_kernel_apc(head, apc);
            state.KernelApcPending = TRUE;
            if (&state == &thread.apc_state) nudge_kernel_locked(thread);
        } else {
            list_push_back(head, apc.ApcListEntry);
            if (&state == &thread.apc_state && thread.state == ThreadState::kWaiting &&
                thread.wait_mode == UserMode && thread.alertable) {
                thread.user_apc_pending = true;
                end_wait_locked(thread, static_cast<int32_t>(STATUS_USER_APC), increment);
            }
        }
    }
    if (&thread == &current_thread()) check_kernel_apcs();
    return true;
}

bool remove_apc(KAPC& apc) {
    DispatcherGuard guard;
    if (!apc.Inserted) return false;
    list_remove(apc.ApcListEntry);
    apc.Inserted = FALSE;
    return true;
}

void consume_user_apcs() {
    Thread& self = current_thread();
    self.user_apc_pending = false;
    for (;;) {
        KAPC* apc = nullptr;
        {
            DispatcherGuard guard;
            LIST_ENTRY& head = self.apc_state.ApcListHead[UserMode];
            if (list_empty(head)) return;
            apc = &owner(head.Flink);
            list_remove(apc->ApcListEntry);
            apc->Inserted = FALSE;
        }
        PKNORMAL_ROUTINE normal = apc->NormalRoutine;
        void* context = apc->NormalContext;
        void* argument1 = apc->SystemArgument1;
        void* argument2 = apc->SystemArgument2;
        const KIRQL old = raise_irql(APC_LEVEL);
        apc->KernelRoutine(apc, &normal, &context, &argument1, &argument2);
        lower_irql(old);
    }
}

bool alert_thread(Thread& thread, KPROCESSOR_MODE mode) {
    DispatcherGuard guard;
    const bool was = thread.alerted[static_cast<int>(mode)];
    if (thread.state == ThreadState::kWaiting && thread.alertable && thread.wait_mode >= mode) {
        end_wait_locked(thread, static_cast<int32_t>(STATUS_ALERTED), 0);
    } else {
        thread.alerted[static_cast<int>(mode)] = true;
    }
    return was;
}

bool test_alert(KPROCESSOR_MODE mode) {
    Thread& self = current_thread();
    bool was;
    bool user_apcs = false;
    {
        DispatcherGuard guard;
        was = self.alerted[static_cast<int>(mode)];
        self.alerted[static_cast<int>(mode)] = false;
        user_apcs = !was && mode == UserMode && !list_empty(self.apc_state.ApcListHead[UserMode]);
    }
    if (user_apcs) consume_user_apcs();
    return was;
}

void run_down_apcs(Thread& self) {
    DispatcherGuard guard;
    self.apcs_closed = true;
}

void drain_apcs_of_ending_thread(Thread& self) {
    run_down_apcs(self);
    deliver_kernel_apcs();
    for (const int mode : {KernelMode, UserMode}) {
        for (;;) {
            KAPC* apc = nullptr;
            {
                DispatcherGuard guard;
                LIST_ENTRY& head = self.apc_state.ApcListHead[mode];
                if (list_empty(head)) break;
                apc = &owner(head.Flink);
                list_remove(apc->ApcListEntry);
                apc->Inserted = FALSE;
            }
            if (apc->RundownRoutine != nullptr) apc->RundownRoutine(apc);
        }
    }
}

// ---- Regions ---------------------------------------------------------------------------------------

void enter_critical_region() {
    Thread& self = current_thread();
    self.kernel_apc_disable = static_cast<int16_t>(self.kernel_apc_disable - 1);
}
void leave_critical_region() {
    Thread& self = current_thread();
    self.kernel_apc_disable = static_cast<int16_t>(self.kernel_apc_disable + 1);
    if (self.kernel_apc_disable == 0) check_kernel_apcs();
}
void enter_guarded_region() {
    Thread& self = current_thread();
    self.special_apc_disable = static_cast<int16_t>(self.special_apc_disable - 1);
}
void leave_guarded_region() {
    Thread& self = current_thread();
    self.special_apc_disable = static_cast<int16_t>(self.special_apc_disable + 1);
    if (self.special_apc_disable == 0) check_kernel_apcs();
}
bool normal_apcs_disabled() {
    const Thread& self = current_thread();
    return self.kernel_apc_disable != 0 || self.special_apc_disable != 0 || arch::irql() >= APC_LEVEL;
}
bool all_apcs_disabled() {
    return current_thread().special_apc_disable != 0 || arch::irql() >= APC_LEVEL;
}

}  // namespace rsl::ke

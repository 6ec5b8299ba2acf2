// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/pnp/worker.hpp"

#include <atomic>

#include "abi/functions/ke.h"
#include "abi/types/status.h"
#include "base/containers/intrusive_list.hpp"
#include "kernel/io/device.hpp"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::pnp {
namespace {

struct Action {
    ListHook hook;
    ActionRoutine routine;
    PDEVICE_OBJECT pdo;  // one reference, or nullptr
    void* context;
    NTSTATUS* outcome;   // of who waits; nullptr: nobody
    KEVENT* done;
};

constinit ke::SpinLock queue_lock{ke::LockRank::kIo};
constinit IntrusiveList<Action, &Action::hook> actions RSL_GUARDED_BY(queue_lock);
constinit KEVENT wake = {};
constinit ke::Thread* the_thread = nullptr;  // set before anything is queued

void perform(Action& action) {
    const NTSTATUS status = action.routine(action.pdo, action.context);
    if (action.pdo != nullptr) io::device_of(*action.pdo).drop_reference();
    NTSTATUS* const outcome = action.outcome;
    KEVENT* const done = action.done;
    mm::destroy(&action);
    if (outcome == nullptr) return;
    *outcome = status;
    KeSetEvent(done, IO_NO_INCREMENT, FALSE);
}

Action* take() {
    ke::SpinLockGuard guard{queue_lock};
    return actions.pop_front();
}

void NTAPI serve(void*) {
    for (;;) {
        while (Action* action = take()) perform(*action);
        KeWaitForSingleObject(&wake, Executive, KernelMode, FALSE, nullptr);
    }
}

Result<void> queue(ActionRoutine routine, PDEVICE_OBJECT pdo, void* context, NTSTATUS* outcome, KEVENT* done) {
    auto* action = RSL_TRY(mm::make<Action>(mm::pool_tag("PpAc")));
    if (pdo != nullptr) io::device_of(*pdo).add_reference();
    action->routine = routine;
    action->pdo = pdo;
    action->context = context;
    action->outcome = outcome;
    action->done = done;
    {
        ke::SpinLockGuard guard{queue_lock};
        actions.push_back(*action);
    }
    KeSetEvent(&wake, IO_NO_INCREMENT, FALSE);
    return {};
}

}  // namespace

Result<void> start_thread() {
    KeInitializeEvent(&wake, SynchronizationEvent, FALSE);
    auto thread = RSL_TRY(ps::create_thread(ps::system_process(), &serve, nullptr, KernelMode));
    the_thread = thread.release();  // for ever
    return {};
}

Result<void> queue_action(ActionRoutine routine, PDEVICE_OBJECT pdo, void* context) {
    return queue(routine, pdo, context, nullptr, nullptr);
}

bool in_pnp_thread() { return &ke::current_thread() == the_thread; }

NTSTATUS run_action(ActionRoutine routine, PDEVICE_OBJECT pdo, void* context) {
    if (in_pnp_thread()) return routine(pdo, context);
    NTSTATUS outcome = STATUS_SUCCESS;
    KEVENT done;
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    if (auto queued = queue(routine, pdo, context, &outcome, &done); !queued) return queued.failure().nt();
    KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, nullptr);
    return outcome;
}

namespace {

// Tickets: who waits for a limited time leaves nothing behind that the thread could still write to.
constinit std::atomic<uint64_t> issued = 0, reached = 0;

NTSTATUS note_ticket(PDEVICE_OBJECT, void* ticket) {
    // Two may have been queued the other way round; the thread is the only one that writes.
    const auto number = reinterpret_cast<uintptr_t>(ticket);
    if (number > reached.load(std::memory_order_relaxed)) reached.store(number, std::memory_order_release);  // pairs with settle_for()
    return STATUS_SUCCESS;
}

}  // namespace

bool settle_for(uint32_t limit_ms) {
    if (in_pnp_thread()) return true;
    const uint64_t ticket = issued.fetch_add(1, std::memory_order_relaxed) + 1;
    if (!queue_action(&note_ticket, nullptr, reinterpret_cast<void*>(ticket))) return false;
    for (uint32_t waited = 0; waited <= limit_ms; ++waited) {
        if (reached.load(std::memory_order_acquire) >= ticket) return true;  // pairs with note_ticket()
        LARGE_INTEGER moment{.QuadPart = -10'000};
        KeDelayExecutionThread(KernelMode, FALSE, &moment);
    }
    return false;
}

void settle() {
    run_action([](PDEVICE_OBJECT, void*) -> NTSTATUS { return STATUS_SUCCESS; }, nullptr, nullptr);
}

}  // namespace rsl::pnp

// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ex/timer.hpp"

#include "kernel/ex/workers.hpp"
#include "abi/types/bugcheck.h"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/dpc.hpp"
#include "kernel/ke/objects.hpp"
#include "kernel/ke/timer.hpp"
#include "kernel/mm/pool.hpp"

struct _EX_TIMER {
    KTIMER timer;
    KDPC dpc;
    PEXT_CALLBACK callback;
    void* context;
    PEXT_DELETE_CALLBACK deleted;
    void* deleted_context;
    bool high_resolution;
    WORK_QUEUE_ITEM free_item;
};

namespace rsl::ex {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("ExTm");

/// At PASSIVE_LEVEL: its DPC may be under way on any processor until all have been flushed.
void NTAPI free_timer(void* opaque) {
    auto* const timer = static_cast<EX_TIMER*>(opaque);
    // Deleted without being cancelled: it goes after it has expired.
    while (ke::is_running(timer->timer)) {
        KEVENT never;
        ke::initialize_event(never, NotificationEvent, false);
        ke::wait_one(never.Header, {timer->timer.DueTime.QuadPart * 100 + 1});
    }
    ke::flush_dpcs();
    const PEXT_DELETE_CALLBACK deleted = timer->deleted;
    void* const context = timer->deleted_context;
    mm::free(timer);
    if (deleted != nullptr) deleted(context);
}

void free_later(EX_TIMER& timer) {
    timer.free_item.WorkerRoutine = free_timer;
    timer.free_item.Parameter = &timer;
    queue_work_item(timer.free_item, DelayedWorkQueue);
}

void NTAPI fired(KDPC*, void* context, void*, void*) {
    auto& timer = *static_cast<EX_TIMER*>(context);
    if (timer.callback != nullptr) timer.callback(&timer, timer.context);
}

}  // namespace

PEX_TIMER allocate_timer(PEXT_CALLBACK callback, void* context, ULONG attributes) {
    constexpr ULONG kContradiction = EX_TIMER_HIGH_RESOLUTION | EX_TIMER_NO_WAKE;
    if ((attributes & kContradiction) == kContradiction) {
        ke::bug_check(TIMER_OR_DPC_INVALID, attributes, 0, 0, 0,
                      {.explanation = "a timer cannot be of high resolution and not wake", .function = "ExAllocateTimer"});
    }
    auto* const timer = static_cast<PEX_TIMER>(mm::allocate(sizeof(EX_TIMER), kTag));
    if (timer == nullptr) return nullptr;
    __builtin_memset(timer, 0, sizeof(*timer));
    const bool notification = (attributes & EX_TIMER_NOTIFICATION) != 0;
    ke::initialize_timer(timer->timer, notification ? NotificationTimer : SynchronizationTimer);
    ke::initialize_dpc(timer->dpc, fired, timer, DpcObject);
    timer->high_resolution = (attributes & EX_TIMER_HIGH_RESOLUTION) != 0;
    timer->callback = callback;
    timer->context = context;
    return timer;
}

bool set_timer(EX_TIMER& timer, LONGLONG due_time, LONGLONG period) {
    if (timer.high_resolution && due_time >= 0) {
        ke::bug_check(TIMER_OR_DPC_INVALID, reinterpret_cast<uint64_t>(&timer), static_cast<uint64_t>(due_time), 0, 0,
                      {.explanation = "a timer of high resolution takes relative times only", .function = "ExSetTimer"});
    }
    LARGE_INTEGER due;
    due.QuadPart = due_time;
    const LONGLONG period_ms = period > 0 ? (period + 9'999) / 10'000 : 0;
    constexpr LONGLONG kLongest = 0x7FFFFFFF;
    return ke::set_timer(timer.timer, due, static_cast<uint32_t>(period_ms < kLongest ? period_ms : kLongest),
                         &timer.dpc);
}

bool cancel_timer(EX_TIMER& timer) { return ke::cancel_timer(timer.timer); }

bool delete_timer(EX_TIMER& timer, bool cancel, bool wait, const EXT_DELETE_PARAMETERS* parameters) {
    if (wait && !cancel) {
        ke::bug_check(TIMER_OR_DPC_INVALID, reinterpret_cast<uint64_t>(&timer), 0, 0, 0,
                      {.explanation = "to wait for a timer's end needs Cancel", .function = "ExDeleteTimer"});
    }
    if (parameters != nullptr) {
        timer.deleted = parameters->DeleteCallback;
        timer.deleted_context = parameters->DeleteContext;
    }
    // A periodic timer has no last expiry to wait for.
    const bool stopped = (cancel || timer.timer.Period != 0) && ke::cancel_timer(timer.timer);
    if (cancel) ke::remove_dpc(timer.dpc);
    if (wait) {
        free_timer(&timer);
    } else {
        free_later(timer);
    }
    return cancel && stopped;
}

}  // namespace rsl::ex

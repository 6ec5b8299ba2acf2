// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ob/timer_object.hpp"

#include "kernel/ke/apc.hpp"
#include "kernel/ke/clock.hpp"
#include "kernel/ke/dpc.hpp"
#include "kernel/ke/mutex.hpp"
#include "kernel/ke/timer.hpp"
#include "kernel/ob/types.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::ob {
namespace {

/// The timer is due: its thread is told. The object lives until its DPC has run (forget_apc()).
void NTAPI on_due(KDPC*, PVOID context, PVOID, PVOID) {
    auto& object = *static_cast<TimerObject*>(context);
    const LARGE_INTEGER now = {.QuadPart = static_cast<LONGLONG>(ke::system_time_now())};
    ke::insert_apc(object.apc, reinterpret_cast<void*>(uint64_t{now.LowPart}),
                   reinterpret_cast<void*>(int64_t{now.HighPart}), 0);
}

void NTAPI on_apc(KAPC*, PKNORMAL_ROUTINE*, PVOID*, PVOID*, PVOID*) {
    // Nothing to free: the APC is part of the timer, and is copied before its routine runs.
}

/// Ends the APC of an earlier setting, wherever it is on its way.
void forget_apc(TimerObject& object) {
    if (object.thread == nullptr) return;
    ke::remove_dpc(object.dpc);
    ke::flush_dpcs();  // it may be running
    ke::remove_apc(object.apc);
    object.thread->drop_reference();
    object.thread = nullptr;
}

}  // namespace

Result<void*> create_timer_object(TIMER_TYPE type) {
    auto* object =
        static_cast<TimerObject*>(RSL_TRY(allocate_object(kTimerType, sizeof(TimerObject))));
    ke::initialize_timer(object->timer, type);
    ke::initialize_dpc(object->dpc, &on_due, object, DpcObject);
    ke::initialize_fast_mutex(object->lock);
    return object;
}

void start_timer(TimerObject& object, const TimerSetting& setting) {
    ke::enter_critical_region();
    ke::acquire_fast_mutex(object.lock);
    ke::cancel_timer(object.timer);
    forget_apc(object);
    KDPC* dpc = nullptr;
    if (setting.routine != nullptr) {
        ps::Thread& self = ps::current_thread();
        self.add_reference();
        object.thread = &self;
        ke::initialize_apc(
            object.apc, self, CurrentApcEnvironment, &on_apc, nullptr,
            reinterpret_cast<PKNORMAL_ROUTINE>(reinterpret_cast<void*>(setting.routine)),
            KernelMode, setting.context);
        dpc = &object.dpc;
    }
    ke::set_timer(object.timer, setting.due, setting.period_ms, dpc);
    ke::release_fast_mutex(object.lock);
    ke::leave_critical_region();
}

void stop_timer(TimerObject& object) {
    ke::enter_critical_region();
    ke::acquire_fast_mutex(object.lock);
    ke::cancel_timer(object.timer);
    forget_apc(object);
    ke::release_fast_mutex(object.lock);
    ke::leave_critical_region();
}

void destroy_timer_object(void* body) {
    auto& object = *static_cast<TimerObject*>(body);
    ke::cancel_timer(object.timer);
    forget_apc(object);
}

}  // namespace rsl::ob

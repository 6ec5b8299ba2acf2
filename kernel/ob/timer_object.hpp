// SPDX-License-Identifier: GPL-2.0-only
// Timers by handle: a KTIMER, and the APC that may come with it (NtSetTimer).
#pragma once

#include "abi/types/ex.h"
#include "abi/types/ke.h"
#include "abi/types/ob.h"
#include "base/core/result.hpp"
#include "kernel/ob/object.hpp"

namespace rsl::ps {
class Thread;
}

namespace rsl::ob {

/// The body of a timer object. KTIMER comes first: waits use it.
struct TimerObject {
    KTIMER timer;
    KDPC dpc;
    KAPC apc;
    ps::Thread* thread;  // that the APC is for, one reference; nullptr: no APC is set. NtSetTimer's
                         // callers are one at a time: guarded by the object's lock
    FAST_MUTEX lock;
};

Result<void*> create_timer_object(TIMER_TYPE type);
/// What NtSetTimer does; `routine` may be nullptr. IRQL PASSIVE_LEVEL.
struct TimerSetting {
    LARGE_INTEGER due;
    uint32_t period_ms;
    PTIMER_APC_ROUTINE routine;
    void* context;
};
void start_timer(TimerObject& object, const TimerSetting& setting);
void stop_timer(TimerObject& object);
void destroy_timer_object(void* body);

}  // namespace rsl::ob

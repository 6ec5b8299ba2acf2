// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/timer.hpp"

#include "abi/functions/ke.h"
#include "kernel/mm/pool.hpp"

struct _IO_TIMER {
    rsl::ListHook hook;  // linked while started
    PDEVICE_OBJECT device;
    PIO_TIMER_ROUTINE routine;
    PVOID context;
};

namespace rsl::io {
namespace {

constexpr int64_t kSecond = 10'000'000;  // in 100 ns
constexpr size_t kBatch = 32;

constinit ke::SpinLock lock{ke::LockRank::kIo};
constinit IntrusiveList<_IO_TIMER, &_IO_TIMER::hook> started RSL_GUARDED_BY(lock);
constinit KTIMER clock = {};
constinit KDPC tick_dpc = {};

/// Once a second. The routines run under no lock; one that is stopped meanwhile may run once more,
/// which IoStopTimer allows.
void NTAPI tick(PKDPC, PVOID, PVOID, PVOID) {
    struct Due {
        PIO_TIMER_ROUTINE routine;
        PDEVICE_OBJECT device;
        PVOID context;
    } due[kBatch];
    size_t count = 0;
    {
        ke::SpinLockGuard guard{lock};
        for (_IO_TIMER& timer : started) {
            if (count == kBatch) break;
            due[count++] = {timer.routine, timer.device, timer.context};
        }
    }
    for (size_t i = 0; i < count; ++i) due[i].routine(due[i].device, due[i].context);
}

}  // namespace

void initialize_timers() {
    KeInitializeTimerEx(&clock, NotificationTimer);
    KeInitializeDpc(&tick_dpc, &tick, nullptr);
}

Result<void> add_timer(Device& device, PIO_TIMER_ROUTINE routine, void* context) {
    if (device.Timer == nullptr) device.Timer = RSL_TRY(mm::make<_IO_TIMER>(mm::pool_tag("IoTm")));
    device.Timer->device = &device;
    device.Timer->routine = routine;
    device.Timer->context = context;
    return {};
}

void start_timer(Device& device) {
    if (device.Timer == nullptr || device.is_delete_pending()) return;
    bool first = false;
    {
        ke::SpinLockGuard guard{lock};
        if (device.Timer->hook.is_linked()) return;
        first = started.empty();
        started.push_back(*device.Timer);
    }
    const LARGE_INTEGER due{.QuadPart = -kSecond};
    if (first) KeSetTimerEx(&clock, due, 1000, &tick_dpc);
}

void stop_timer(Device& device) {
    if (device.Timer == nullptr) return;
    ke::SpinLockGuard guard{lock};
    if (!device.Timer->hook.is_linked()) return;
    device.Timer->hook.unlink();
    if (started.empty()) KeCancelTimer(&clock);
}

void remove_timer(Device& device) {
    if (device.Timer == nullptr) return;
    stop_timer(device);
    KeFlushQueuedDpcs();  // the routine may be running
    mm::destroy(std::exchange(device.Timer, nullptr));
}

}  // namespace rsl::io

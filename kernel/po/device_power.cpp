// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/po/device_power.hpp"

#include "abi/functions/ke.h"
#include "abi/types/status.h"
#include "kernel/ex/workers.hpp"
#include "kernel/io/device.hpp"
#include "kernel/io/irp.hpp"
#include "kernel/ke/irql.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::po {
namespace {

constexpr mm::PoolTag kTag = mm::pool_tag("PoRq");

/// A request under way, or waiting for its stack to finish the one before.
struct Request {
    ListHook hook;
    WORK_QUEUE_ITEM item;
    io::Device* device;          // one reference: the device that was named, for the completion routine
    io::Device* top;             // one reference
    DEVICE_OBJECT* bottom;       // identifies the stack; not followed
    PIRP irp;                    // ours
    uint8_t minor;
    POWER_STATE_TYPE type;
    POWER_STATE state;
    PREQUEST_POWER_COMPLETE completion;
    void* context;
    bool active;
    bool forgotten;
};

constinit ke::SpinLock lock{ke::LockRank::kIo};
constinit IntrusiveList<Request, &Request::hook> requests RSL_GUARDED_BY(lock);  // in order of arrival

/// One device IRP and one system IRP at a time a stack, as documented; wait-wake IRPs wait by themselves.
bool excludes(const Request& a, const Request& b) {
    return a.bottom == b.bottom && a.type == b.type && a.minor != IRP_MN_WAIT_WAKE && b.minor != IRP_MN_WAIT_WAKE;
}

void finish(Request& request, NTSTATUS status, ULONG_PTR information);

NTSTATUS NTAPI on_complete(PDEVICE_OBJECT, PIRP irp, PVOID context) {
    finish(*static_cast<Request*>(context), irp->IoStatus.Status, irp->IoStatus.Information);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

void send(Request& request) {
    io::set_completion_routine(*request.irp, &on_complete, &request,
                               SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_CANCEL);
    io::call_driver(*request.top, *request.irp);
}

void NTAPI send_in_worker(PVOID context) { send(*static_cast<Request*>(context)); }

/// Drivers that set DO_POWER_PAGABLE get their power IRPs at PASSIVE_LEVEL, wherever they come from.
void dispatch(Request& request) {
    const bool pageable = (request.top->DEVICE_OBJECT::Flags & DO_POWER_PAGABLE) != 0;
    if (arch::irql() == PASSIVE_LEVEL || !pageable) return send(request);
    request.item = {};
    request.item.WorkerRoutine = &send_in_worker;
    request.item.Parameter = &request;
    ex::queue_work_item(request.item, DelayedWorkQueue);
}

/// The next request of the stack that may go, marked active.
Request* next_for(const Request& ended) {
    ke::SpinLockGuard guard{lock};
    for (Request& request : requests) {
        if (!request.active && excludes(request, ended)) {
            request.active = true;
            return &request;
        }
    }
    return nullptr;
}

void finish(Request& request, NTSTATUS status, ULONG_PTR information) {
    {
        ke::SpinLockGuard guard{lock};
        request.hook.unlink();
    }
    IO_STATUS_BLOCK outcome = {};
    outcome.Status = status;
    outcome.Information = information;
    if (request.completion != nullptr) {
        request.completion(request.device, request.minor, request.state, request.context, &outcome);
    }
    Request* const next = request.forgotten ? nullptr : next_for(request);
    if (next != nullptr) dispatch(*next);
    io::free_irp(*request.irp);
    request.top->drop_reference();
    request.device->drop_reference();
    mm::destroy(&request);
}

void fill(IRP& irp, const PowerRequest& wanted) {
    irp.IoStatus.Status = STATUS_NOT_SUPPORTED;
    IO_STACK_LOCATION& location = io::next_location(irp);
    location.MajorFunction = IRP_MJ_POWER;
    location.MinorFunction = wanted.minor;
    if (wanted.minor == IRP_MN_WAIT_WAKE) {
        location.Parameters.WaitWake.PowerState = wanted.state.SystemState;
        return;
    }
    location.Parameters.Power.Type = wanted.type;
    location.Parameters.Power.State = wanted.state;
    location.Parameters.Power.ShutdownType = wanted.action;
}

DEVICE_OBJECT* bottom_of(DEVICE_OBJECT& device) {
    DEVICE_OBJECT* bottom = &device;
    while (DEVICE_OBJECT* below = io::device_of(*bottom).extension.AttachedTo) bottom = below;
    return bottom;
}

}  // namespace

Result<void> request(const PowerRequest& wanted, PIRP* irp) {
    auto* made = RSL_TRY(mm::make<Request>(kTag));
    const Ref<io::Device> top(io::device_of(io::top_of_stack(wanted.device)));
    made->irp = io::allocate_irp(static_cast<int8_t>(top->StackSize));
    if (made->irp == nullptr) {
        mm::destroy(made);
        return Status::kInsufficientResources;
    }
    fill(*made->irp, wanted);
    made->device = Ref<io::Device>(io::device_of(wanted.device)).release();
    made->top = Ref<io::Device>(top).release();
    made->bottom = bottom_of(wanted.device);
    made->minor = wanted.minor;
    made->type = wanted.type;
    made->state = wanted.state;
    made->completion = wanted.completion;
    made->context = wanted.context;
    made->active = true;
    made->forgotten = false;
    {
        ke::SpinLockGuard guard{lock};
        for (Request& other : requests) {
            if (excludes(*made, other)) made->active = false;
        }
        requests.push_back(*made);
        if (!made->active) {
            if (irp != nullptr) *irp = made->irp;
            return {};
        }
    }
    if (irp != nullptr) *irp = made->irp;
    dispatch(*made);
    return {};
}

namespace {

struct Waiter {
    KEVENT done;
    NTSTATUS status;
};
VOID NTAPI wake_waiter(PDEVICE_OBJECT, UCHAR, POWER_STATE, PVOID context, PIO_STATUS_BLOCK outcome) {
    auto& waiter = *static_cast<Waiter*>(context);
    waiter.status = outcome->Status;
    KeSetEvent(&waiter.done, IO_NO_INCREMENT, FALSE);
}

}  // namespace

NTSTATUS request_and_wait(const PowerRequest& wanted) {
    Waiter waiter;
    KeInitializeEvent(&waiter.done, NotificationEvent, FALSE);
    const PowerRequest mine{wanted.device, wanted.minor, wanted.type, wanted.state, wanted.action, &wake_waiter, &waiter};
    if (const auto sent = request(mine, nullptr); !sent) return sent.failure().nt();
    KeWaitForSingleObject(&waiter.done, Executive, KernelMode, FALSE, nullptr);
    return waiter.status;
}

void forget_device(DEVICE_OBJECT& pdo) {
    // What is queued and not sent: its drivers are gone. Those under way are the drivers' to complete.
    for (;;) {
        Request* found = nullptr;
        {
            ke::SpinLockGuard guard{lock};
            for (Request& request : requests) {
                if (request.bottom != &pdo || request.active) continue;
                found = &request;
                request.active = request.forgotten = true;
                break;
            }
        }
        if (found == nullptr) return;
        finish(*found, STATUS_CANCELLED, 0);
    }
}

// ---- States. DEVOBJ_EXTENSION.PowerFlags: the system state in bits 0 to 3, the device state in 4 to 7.

POWER_STATE state_of(DEVICE_OBJECT& device, POWER_STATE_TYPE type) {
    const ULONG flags = __atomic_load_n(&device.DeviceObjectExtension->PowerFlags, __ATOMIC_RELAXED);
    POWER_STATE state;
    if (type == SystemPowerState) {
        state.SystemState = static_cast<SYSTEM_POWER_STATE>(flags & 15);
    } else {
        state.DeviceState = static_cast<DEVICE_POWER_STATE>(flags >> 4 & 15);
    }
    return state;
}

POWER_STATE set_state(DEVICE_OBJECT& device, POWER_STATE_TYPE type, POWER_STATE state) {
    const POWER_STATE before = state_of(device, type);
    const unsigned shift = type == SystemPowerState ? 0 : 4;
    const auto value = static_cast<ULONG>(type == SystemPowerState ? static_cast<ULONG>(state.SystemState)
                                                                   : static_cast<ULONG>(state.DeviceState));
    ULONG* const flags = &device.DeviceObjectExtension->PowerFlags;
    ULONG old = __atomic_load_n(flags, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(flags, &old, (old & ~(15u << shift)) | (value & 15) << shift, false,
                                        __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    }
    return before;
}

// ---- Idle detection: a timer looks once a second while anybody has asked.

namespace {

struct IdleEntry {
    ListHook hook;
    io::Device* device;      // one reference
    ULONG counter;           // seconds since it was used; the driver sets it to 0
    uint32_t limit_seconds;
    DEVICE_POWER_STATE state;
    bool asked;              // its IRP was sent; again when it was used meanwhile
};
constinit IntrusiveList<IdleEntry, &IdleEntry::hook> idle_entries RSL_GUARDED_BY(lock);

struct IdleTimer {
    KTIMER timer;
    KDPC dpc;
};
constinit IdleTimer* idle_timer RSL_GUARDED_BY(lock) = nullptr;

/// The device that has been idle for its time, with a reference; looked for one by one.
Ref<io::Device> next_idle(DEVICE_POWER_STATE& state) {
    ke::SpinLockGuard guard{lock};
    for (IdleEntry& entry : idle_entries) {
        if (entry.asked || entry.counter < entry.limit_seconds || entry.device->is_delete_pending()) continue;
        entry.asked = true;
        state = entry.state;
        return Ref<io::Device>(*entry.device);
    }
    return {};
}

void NTAPI look_for_idle(PKDPC, PVOID, PVOID, PVOID) {
    {
        ke::SpinLockGuard guard{lock};
        for (IdleEntry& entry : idle_entries) {
            if (__atomic_fetch_add(&entry.counter, 1, __ATOMIC_RELAXED) == 0) entry.asked = false;
        }
    }
    DEVICE_POWER_STATE state;
    while (const Ref<io::Device> device = next_idle(state)) {
        POWER_STATE wanted;
        wanted.DeviceState = state;
        request({*device, IRP_MN_SET_POWER, DevicePowerState, wanted, PowerActionNone, nullptr, nullptr}, nullptr)
            .ignore("asked again when it is idle again");
    }
}

void start_idle_timer() {
    auto made = mm::make<IdleTimer>(kTag);
    if (!made) return;
    IdleTimer* mine = *made;
    KeInitializeTimer(&mine->timer);
    KeInitializeDpc(&mine->dpc, &look_for_idle, nullptr);
    {
        ke::SpinLockGuard guard{lock};
        if (idle_timer == nullptr) std::swap(idle_timer, mine);
    }
    if (mine != nullptr) return mm::destroy(mine);
    constexpr LONG kSecondMs = 1000;
    LARGE_INTEGER due{.QuadPart = -10'000'000};
    KeSetTimerEx(&(*made)->timer, due, kSecondMs, &(*made)->dpc);
}

void end_detection(DEVICE_OBJECT& device) {
    IdleEntry* found = nullptr;
    {
        ke::SpinLockGuard guard{lock};
        for (IdleEntry& entry : idle_entries) {
            if (entry.device != &device) continue;
            entry.hook.unlink();
            found = &entry;
            break;
        }
    }
    if (found == nullptr) return;
    found->device->drop_reference();
    mm::destroy(found);
}

}  // namespace

ULONG* detect_idle(DEVICE_OBJECT& device, uint32_t conservation_seconds, uint32_t performance_seconds,
                   DEVICE_POWER_STATE state) {
    end_detection(device);
    if (conservation_seconds == 0 && performance_seconds == 0) return nullptr;
    auto made = mm::make<IdleEntry>(kTag);
    if (!made) return nullptr;
    IdleEntry& entry = **made;
    entry.device = Ref<io::Device>(io::device_of(device)).release();
    entry.counter = 0;
    // On mains power, which is ours, the performance time counts.
    entry.limit_seconds = performance_seconds != 0 ? performance_seconds : ~0u;
    entry.state = state;
    entry.asked = false;
    start_idle_timer();
    ke::SpinLockGuard guard{lock};
    idle_entries.push_back(entry);
    return &entry.counter;
}

}  // namespace rsl::po

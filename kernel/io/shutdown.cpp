// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/shutdown.hpp"

#include "kernel/cm/hives.hpp"
#include "kernel/io/driver.hpp"
#include "kernel/io/file.hpp"
#include "kernel/ldr/module.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::io {
namespace {

struct ShutdownNote {
    ListHook hook;
    Device* device;  // one reference
    ShutdownTurn turn;
};
constinit IntrusiveList<ShutdownNote, &ShutdownNote::hook> notes RSL_GUARDED_BY(database_lock);

/// Takes the newest note that fits out of the list.
ShutdownNote* take(const Device* device, const ShutdownTurn* turn) {
    ke::SpinLockGuard guard{database_lock};
    for (ShutdownNote& note : notes) {
        if (device != nullptr && note.device != device) continue;
        if (turn != nullptr && note.turn != *turn) continue;
        note.hook.unlink();
        return &note;
    }
    return nullptr;
}

void forget(ShutdownNote& note) {
    note.device->drop_reference();
    mm::destroy(&note);
}

}  // namespace

Result<void> register_shutdown(Device& device, ShutdownTurn turn) {
    auto* note = RSL_TRY(mm::make<ShutdownNote>(mm::pool_tag("IoSd")));
    device.add_reference();
    note->device = &device;
    note->turn = turn;
    device.DEVICE_OBJECT::Flags |= DO_SHUTDOWN_REGISTERED;
    device.shutdown_registered = true;
    ke::SpinLockGuard guard{database_lock};
    notes.push_front(*note);
    return {};
}

void unregister_shutdown(Device& device) {
    while (ShutdownNote* note = take(&device, nullptr)) forget(*note);
    device.DEVICE_OBJECT::Flags &= ~static_cast<ULONG>(DO_SHUTDOWN_REGISTERED);
    device.shutdown_registered = false;
}

void shut_down_devices(ShutdownTold told, void* context) {
    constexpr ShutdownTurn kTurns[] = {ShutdownTurn::kNormal, ShutdownTurn::kLastChance};
    for (const ShutdownTurn turn : kTurns) {
        while (ShutdownNote* note = take(nullptr, &turn)) {
            const auto& driver = driver_of(*note->device->DriverObject);
            told(context, driver.module != nullptr ? driver.module->narrow_name().data() : "a driver");
            send_simple(top_of_stack(*note->device), nullptr, IRP_MJ_SHUTDOWN);
            forget(*note);
        }
    }
    cm::flush_hives().ignore("told in the log");
}

}  // namespace rsl::io

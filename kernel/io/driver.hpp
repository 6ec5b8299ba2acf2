// SPDX-License-Identifier: GPL-2.0-only
// Driver objects: made for an image, an internal driver or a test; loading and unloading.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "abi/private/rsl_kernel.h"
#include "abi/types/io_device.h"
#include "base/containers/intrusive_list.hpp"
#include "kernel/ke/spin_lock.hpp"
#include "kernel/ob/object.hpp"

namespace rsl::ldr {
class Module;
}

namespace rsl::io {

struct Device;

/// A block that a driver hangs on its driver object by an id (IoAllocateDriverObjectExtension).
struct DriverClientExtension {
    DriverClientExtension* next;
    void* id;
    uint64_t bytes;
    void* data() { return this + 1; }
};

/// A DRIVER_OBJECT and what we know of the driver besides. Named \Driver\NAME while loaded.
struct Driver : ob::Object<Driver>, DRIVER_OBJECT {
    static ob::ObjectType kType;

    /// A driver object with every dispatch routine failing its IRPs. `name`: the whole path.
    /// `service`: the key's name; empty for drivers without one. Not yet visible by name.
    static Result<Ref<Driver>> create(std::u16string_view name, std::u16string_view service);
    Driver();
    ~Driver();

    DRIVER_EXTENSION extension = {};
    ldr::Module* module = nullptr;             // nullptr: no image of its own
    DriverClientExtension* client_extensions = nullptr;  // guarded by the database lock
    uint64_t entry_ns = 0;                     // how long DriverEntry took
    uint32_t pending_reinitializations = 0;    // guarded by the driver list's mutex
    bool unloading = false;
    ListHook all_hook;                         // of the list of drivers
    char16_t name_buffer[128] = {};
    char16_t service_buffer[96] = {};
};

/// Of a DRIVER_OBJECT that a driver hands us.
inline Driver& driver_of(DRIVER_OBJECT& object) { return static_cast<Driver&>(object); }

/// Guards links between devices and drivers: lists, attachments, extensions.
extern constinit ke::SpinLock database_lock;

/// Loads an image as a service and runs DriverEntry in a thread of the system process. PASSIVE.
/// What happened is in the report; the return value is its Status.
NTSTATUS load_driver(std::u16string_view service, std::span<const std::byte> image,
                     RSL_LOAD_REPORT& report);
/// Runs DriverUnload and frees everything. Fails, changing nothing, with
/// STATUS_INVALID_DEVICE_REQUEST without DriverUnload, STATUS_DEVICE_BUSY while files are open.
NTSTATUS unload_driver(std::u16string_view service, RSL_LOAD_REPORT& report);
/// Initializes a driver object whose code is already here: IoCreateDriver, built-in and test drivers.
NTSTATUS start_internal_driver(std::u16string_view name, PDRIVER_INITIALIZE entry,
                               Ref<Driver>* out = nullptr);

/// Runs the routines that IoRegisterDriverReinitialization has queued, this round's. PASSIVE.
void run_reinitializations();

/// Calls visit for each driver; none comes or goes meanwhile. PASSIVE.
void each_driver(void (*visit)(void* context, Driver& driver), void* context);
/// The loaded driver of a service, or nothing.
Ref<Driver> find_driver(std::u16string_view service);

/// What every dispatch entry holds until the driver sets it.
NTSTATUS NTAPI fail_invalid_request(PDEVICE_OBJECT device, PIRP irp);

}  // namespace rsl::io

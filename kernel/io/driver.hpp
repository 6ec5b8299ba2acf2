// SPDX-License-Identifier: GPL-2.0-only
// Driver objects: made for an image, an internal driver or a test; loading and unloading.
#pragma once

#include <atomic>
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

namespace rsl::vf {
class VerifiedDriver;
}

namespace rsl::io {

struct Device;

/// A block that a driver hangs on its driver object by an id (IoAllocateDriverObjectExtension).
struct alignas(16) DriverClientExtension {
    DriverClientExtension* next;
    void* id;
    void* data() { return this + 1; }
};

/// What DRIVER_OBJECT.DriverSection points at. Opaque by Microsoft's word, but many drivers read names
/// and sizes here or set a bit of Flags; so the fields lie where they lie in Windows. Linked to itself:
/// there is no list of loaded modules to walk.
struct LoaderEntry {
    LIST_ENTRY links;
    void* exception_table;
    uint32_t exception_table_bytes;
    void* reserved[2];
    void* base;
    void* entry_point;
    uint32_t image_bytes;
    UNICODE_STRING full_name;
    UNICODE_STRING base_name;
    uint32_t flags;
    uint16_t load_count;
    uint8_t more[0xA0 - 0x6E];
};
static_assert(offsetof(LoaderEntry, base) == 0x30 && offsetof(LoaderEntry, full_name) == 0x48 &&
              offsetof(LoaderEntry, flags) == 0x68 && sizeof(LoaderEntry) == 0xA0);

/// A DRIVER_OBJECT and what we know of the driver besides. Named \Driver\NAME while loaded.
struct Driver : ob::Object<Driver>, DRIVER_OBJECT {
    static ob::ObjectType kType;

    /// A driver object with every dispatch routine failing its IRPs. `name`: the whole path.
    /// `service`: the key's name; empty for drivers without one. Not yet visible by name.
    static Result<Ref<Driver>> create(std::u16string_view name, std::u16string_view service);
    Driver();
    ~Driver();
    /// Joins and leaves the list of loaded drivers, which holds one reference.
    void list();
    void unlist();
    std::u16string_view name() const { return {DriverName.Buffer, DriverName.Length / 2u}; }
    std::u16string_view service() const {
        return {extension.ServiceKeyName.Buffer, extension.ServiceKeyName.Length / 2u};
    }

    DRIVER_EXTENSION extension = {};
    LoaderEntry loader_entry = {};
    ldr::Module* module = nullptr;             // nullptr: no image of its own
    DriverClientExtension* client_extensions = nullptr;  // guarded by the database lock
    vf::VerifiedDriver* verified = nullptr;    // Driver Verifier watches it
    uint64_t entry_ns = 0;                     // how long DriverEntry took
    std::atomic<bool> unloading = false;
    ListHook all_hook;                         // of the list of drivers
    char16_t name_buffer[128] = {};
    char16_t file_buffer[128] = {};  // \SystemRoot\System32\drivers\NAME.sys
    char16_t service_buffer[96] = {};
};

/// Of a DRIVER_OBJECT that a driver hands us.
inline Driver& driver_of(DRIVER_OBJECT& object) { return static_cast<Driver&>(object); }

/// Makes a link in the namespace and remembers which image asked for it; the address tells.
Result<void> create_symbolic_link(std::u16string_view link, std::u16string_view target,
                                  uint64_t caller);
Result<void> delete_symbolic_link(std::u16string_view link);
/// Links that code of this module made and that still exist; returns how many. With `remove` they go.
enum class LeftLinks : uint8_t { kCount, kRemove };
size_t links_of(const ldr::Module& module, LeftLinks action);

/// Guards links between devices and drivers: lists, attachments, extensions.
extern constinit ke::SpinLock database_lock;

/// Loads an image as a service and runs DriverEntry in a thread of the system process. PASSIVE.
/// What happened is in the report; the return value is its Status. `path`: where the image is from, if it
/// is from a file.
NTSTATUS load_driver(std::u16string_view service, std::span<const std::byte> image,
                     RSL_LOAD_REPORT& report, std::u16string_view path = {});
/// Loads the image that the service's registry key names. PASSIVE.
NTSTATUS load_service(std::u16string_view service, RSL_LOAD_REPORT& report);
/// Runs DriverUnload and frees everything. Fails, changing nothing, with
/// STATUS_INVALID_DEVICE_REQUEST without DriverUnload, STATUS_DEVICE_BUSY while files are open.
NTSTATUS unload_driver(std::u16string_view service, RSL_LOAD_REPORT& report);
/// Takes a driver that no longer runs out of everything and frees its image; what it left goes to text.
void dismantle(Driver& driver, char* text, size_t capacity);
/// Initializes a driver object whose code is already here: IoCreateDriver, built-in and test drivers.
NTSTATUS start_internal_driver(std::u16string_view name, PDRIVER_INITIALIZE entry,
                               Ref<Driver>* out = nullptr);

/// kObjectNameCollision when the id is taken; the block, zeroed, goes with the driver.
Result<void*> add_driver_extension(Driver& driver, void* id, uint32_t bytes);
void* find_driver_extension(Driver& driver, const void* id);

/// IoRegisterDriverReinitialization: `routine` runs once the driver's DriverEntry has returned.
Result<void> add_reinitialization(Driver& driver, PDRIVER_REINITIALIZE routine, void* context);
void forget_reinitializations(const Driver& driver);
/// Runs the routines that IoRegisterDriverReinitialization has queued. PASSIVE.
void run_reinitializations();

/// Calls visit for each driver; none comes or goes meanwhile. PASSIVE.
void each_driver(void (*visit)(void* context, Driver& driver), void* context);
/// The loaded driver of a service, or nothing.
Ref<Driver> find_driver(std::u16string_view service);

/// What every dispatch entry holds until the driver sets it.
NTSTATUS NTAPI fail_invalid_request(PDEVICE_OBJECT device, PIRP irp);

}  // namespace rsl::io

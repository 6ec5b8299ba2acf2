// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/driver.hpp"

#include "kernel/io/device.hpp"
#include "kernel/io/irp.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::io {
namespace {

constexpr size_t kMaxDrivers = 256;

constinit IntrusiveList<Driver, &Driver::all_hook> drivers RSL_GUARDED_BY(database_lock);
constinit UNICODE_STRING hardware_database = {
    sizeof(u"\\Registry\\Machine\\Hardware\\Description\\System") - 2,
    sizeof(u"\\Registry\\Machine\\Hardware\\Description\\System"),
    const_cast<char16_t*>(u"\\Registry\\Machine\\Hardware\\Description\\System")};

Result<UNICODE_STRING> keep_text(std::u16string_view text, std::span<char16_t> buffer) {
    if (text.size() >= buffer.size()) return Status::kObjectNameInvalid;
    text.copy(buffer.data(), text.size());
    buffer[text.size()] = 0;
    const auto bytes = static_cast<USHORT>(text.size() * sizeof(char16_t));
    return UNICODE_STRING{bytes, static_cast<USHORT>(bytes + sizeof(char16_t)), buffer.data()};
}

void destroy_driver(void* body) { static_cast<Driver*>(body)->~Driver(); }

}  // namespace

constinit ke::SpinLock database_lock{ke::LockRank::kIo};

constinit ob::ObjectType Driver::kType = {
    .name = u"Driver",
    .pool_tag = mm::pool_tag("Driv"),
    .mapping = {STANDARD_RIGHTS_READ, STANDARD_RIGHTS_WRITE, STANDARD_RIGHTS_EXECUTE,
                STANDARD_RIGHTS_ALL},
    .valid_access = STANDARD_RIGHTS_ALL,
    .destroy = &destroy_driver,
};

Driver::Driver() : DRIVER_OBJECT{} {
    DRIVER_OBJECT::Type = IO_TYPE_DRIVER;
    DRIVER_OBJECT::Size = sizeof(DRIVER_OBJECT);
    DriverExtension = &extension;
    extension.DriverObject = this;
    HardwareDatabase = &hardware_database;
    for (auto& routine : MajorFunction) routine = &fail_invalid_request;
}

Driver::~Driver() {
    RSL_CHECK(!all_hook.is_linked());
    while (client_extensions != nullptr) {
        mm::free(std::exchange(client_extensions, client_extensions->next));
    }
}

Result<Ref<Driver>> Driver::create(std::u16string_view name, std::u16string_view service) {
    Ref<Driver> driver = RSL_TRY(ob::make_object<Driver>(0));
    driver->DriverName = RSL_TRY(keep_text(name, driver->name_buffer));
    driver->extension.ServiceKeyName = RSL_TRY(keep_text(service, driver->service_buffer));
    return driver;
}

void Driver::list() {
    add_reference();
    ke::SpinLockGuard guard{database_lock};
    drivers.push_back(*this);
}

void Driver::unlist() {
    {
        ke::SpinLockGuard guard{database_lock};
        if (!all_hook.is_linked()) return;
        all_hook.unlink();
    }
    drop_reference();
}

void each_driver(void (*visit)(void* context, Driver& driver), void* context) {
    // References, not the lock, keep what is visited: visitors block.
    constexpr size_t kBytes = kMaxDrivers * sizeof(Driver*);
    auto** found = static_cast<Driver**>(mm::allocate(kBytes, mm::pool_tag("IoDl")));
    if (found == nullptr) return;
    size_t count = 0;
    {
        ke::SpinLockGuard guard{database_lock};
        for (Driver& driver : drivers) {
            if (count == kMaxDrivers) break;
            driver.add_reference();
            found[count++] = &driver;
        }
    }
    for (size_t i = 0; i < count; ++i) {
        const auto driver = Ref<Driver>::adopt(found[i]);
        visit(context, *driver);
    }
    mm::free(found);
}

NTSTATUS NTAPI fail_invalid_request(PDEVICE_OBJECT, PIRP irp) {
    irp->IoStatus.Status = STATUS_INVALID_DEVICE_REQUEST;
    irp->IoStatus.Information = 0;
    complete_irp(*irp, IO_NO_INCREMENT);
    return STATUS_INVALID_DEVICE_REQUEST;
}

Result<void*> add_driver_extension(Driver& driver, void* id, uint32_t bytes) {
    const uint64_t total = sizeof(DriverClientExtension) + bytes;
    auto* block = static_cast<DriverClientExtension*>(mm::allocate(total, mm::pool_tag("IoDe")));
    if (block == nullptr) return Status::kInsufficientResources;
    std::memset(static_cast<void*>(block), 0, total);
    block->id = id;
    {
        ke::SpinLockGuard guard{database_lock};
        bool taken = false;
        for (auto* at = driver.client_extensions; at != nullptr; at = at->next) taken |= at->id == id;
        if (!taken) {
            block->next = driver.client_extensions;
            driver.client_extensions = block;
            return block->data();
        }
    }
    mm::free(block);
    return Status::kObjectNameCollision;
}

void* find_driver_extension(Driver& driver, const void* id) {
    ke::SpinLockGuard guard{database_lock};
    for (auto* at = driver.client_extensions; at != nullptr; at = at->next) {
        if (at->id == id) return at->data();
    }
    return nullptr;
}

}  // namespace rsl::io

// SPDX-License-Identifier: GPL-2.0-only
// Loading: image, registry key, driver object, DriverEntry in a thread of the system process.
#include "kernel/cm/registry.hpp"
#include "kernel/io/device.hpp"
#include "kernel/io/driver.hpp"
#include "kernel/io/leftovers.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/ldr/module.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ps/notify.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/rtl/format.hpp"
#include "kernel/vf/attach.hpp"

namespace rsl::io {
namespace {

constexpr std::u16string_view kDriverPrefix = u"\\Driver\\";
constexpr std::u16string_view kDriversFolder = u"\\SystemRoot\\System32\\drivers\\";
constexpr std::u16string_view kServicesPrefix =
    u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\";

/// A short path, put together on the stack and NUL-terminated.
class Path {
  public:
    Path(std::u16string_view prefix, std::u16string_view name) {
        if (prefix.size() + name.size() >= kCapacity) return;
        length_ = prefix.copy(text_, prefix.size());
        length_ += name.copy(text_ + length_, name.size());
        text_[length_] = 0;
    }
    bool fits() const { return length_ != 0; }
    std::u16string_view view() const { return {text_, length_}; }
    UNICODE_STRING nt() {
        const auto bytes = static_cast<USHORT>(length_ * sizeof(char16_t));
        return {bytes, static_cast<USHORT>(bytes + sizeof(char16_t)), text_};
    }
    PCWSTR c_str() const { return text_; }

  private:
    static constexpr size_t kCapacity = 200;
    char16_t text_[kCapacity] = {};
    size_t length_ = 0;
};

bool is_service_name(std::u16string_view name) {
    return !name.empty() && name.size() < 64 && name.find(u'\\') == name.npos &&
           name.find(u'/') == name.npos;
}

/// Tells the driver object what image it has.
void adopt_module(Driver& driver, ldr::Module& module, std::u16string_view file) {
    driver.module = &module;
    driver.DriverStart = reinterpret_cast<void*>(module.base());
    driver.DriverSize = static_cast<ULONG>(module.bytes());
    driver.DriverInit = reinterpret_cast<PDRIVER_INITIALIZE>(module.entry_point());
    driver.DRIVER_OBJECT::Flags = DRVO_LEGACY_DRIVER;
    LoaderEntry& entry = driver.loader_entry;
    entry.links.Flink = entry.links.Blink = &entry.links;
    entry.base = driver.DriverStart;
    entry.entry_point = reinterpret_cast<void*>(module.entry_point());
    entry.image_bytes = driver.DriverSize;
    entry.load_count = 1;
    const size_t length = file.copy(driver.file_buffer, sizeof(driver.file_buffer) / 2 - 1);
    const size_t folder = std::u16string_view(driver.file_buffer, length).rfind(u'\\') + 1;
    const auto bytes = static_cast<USHORT>(length * 2), skipped = static_cast<USHORT>(folder * 2);
    entry.full_name = {bytes, static_cast<USHORT>(bytes + 2), driver.file_buffer};
    entry.base_name = {static_cast<USHORT>(bytes - skipped), static_cast<USHORT>(bytes - skipped + 2),
                       driver.file_buffer + folder};
    driver.DriverSection = &entry;
}

/// DriverEntry runs in a thread of its own: of the system process, with a whole stack, at PASSIVE_LEVEL.
struct EntryCall {
    Driver& driver;
    UNICODE_STRING registry_path;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
};
void NTAPI run_entry(PVOID context) {
    auto& call = *static_cast<EntryCall*>(context);
    const uint64_t begin = arch::now_ns();
    call.status = call.driver.DriverInit(&call.driver, &call.registry_path);
    call.driver.entry_ns = arch::now_ns() - begin;
}

Result<NTSTATUS> call_entry(Driver& driver, Path& registry_path) {
    EntryCall call{driver, registry_path.nt()};
    Ref<ps::Thread> thread =
        RSL_TRY(ps::create_thread(ps::system_process(), &run_entry, &call, KernelMode));
    ke::wait_one(thread->header, ke::Deadline::never());
    return call.status;
}

/// What the I/O manager does once DriverEntry has succeeded.
void finish_initialization(Driver& driver) {
    for (auto& routine : driver.MajorFunction) {
        if (routine == nullptr) routine = &fail_invalid_request;
    }
    {
        ke::SpinLockGuard guard{database_lock};
        for (auto* device = driver.DeviceObject; device != nullptr; device = device->NextDevice) {
            device->Flags &= ~static_cast<ULONG>(DO_DEVICE_INITIALIZING);
        }
    }
    driver.DRIVER_OBJECT::Flags |= DRVO_INITIALIZED;
    vf::entry_succeeded(driver);
    if (driver.module != nullptr) ldr::discard_init(*driver.module);
    run_reinitializations();
}

void copy_text(RSL_LOAD_REPORT& report, const char* prefix, const char* text) {
    rtl::print_text(report.Text, sizeof(report.Text), "%s%s", prefix, text);
}

Result<Ref<Driver>> make_driver(std::u16string_view name, std::u16string_view service) {
    Ref<Driver> driver = RSL_TRY(Driver::create(name, service));
    auto named = ob::insert_name(driver.get(), name, OBJ_CASE_INSENSITIVE | OBJ_PERMANENT);
    if (!named) {
        return named.failure() == Status::kObjectNameCollision ? Status{STATUS_IMAGE_ALREADY_LOADED}
                                                               : named.failure();
    }
    driver->list();
    return driver;
}

/// From a named driver object with DriverInit set to a running driver, or nothing at all.
NTSTATUS start(Driver& driver, Path& registry_path, RSL_LOAD_REPORT& report) {
    auto entry = call_entry(driver, registry_path);
    report.EntryNanoseconds = driver.entry_ns;
    if (entry) {
        report.EntryStatus = *entry;
        if (NT_SUCCESS(*entry)) {
            finish_initialization(driver);
            return STATUS_SUCCESS;
        }
    }
    vf::check_unloaded(driver, reinterpret_cast<uint64_t>(driver.DriverInit));
    dismantle(driver, report.Text, sizeof(report.Text));
    return entry ? *entry : entry.failure().nt();
}

}  // namespace

NTSTATUS load_driver(std::u16string_view service, std::span<const std::byte> image,
                     RSL_LOAD_REPORT& report, std::u16string_view path) {
    report = {};
    Path driver_path(kDriverPrefix, service), key(kServicesPrefix, service), file(u"", service);
    const auto fail = [&](NTSTATUS status, const char* why) {
        if (report.Text[0] == 0) copy_text(report, "", why);
        return report.Status = status;
    };
    if (!is_service_name(service)) return fail(STATUS_OBJECT_NAME_INVALID, "has no usable name");
    auto driver = make_driver(driver_path.view(), service);
    if (!driver) return fail(driver.failure().nt(), "is loaded already, or there is no memory");

    Path file_name(service, u".sys");
    ldr::LoadReport loading;
    ldr::ImportFilter filter;
    (*driver)->verified = vf::begin_verification(service, filter);
    auto module = ldr::load_image(image, file_name.view(), loading, (*driver)->verified != nullptr ? &filter : nullptr);
    report.MissingImports = loading.missing_imports;
    copy_text(report, "", loading.text);
    if (!module) {
        dismantle(**driver, nullptr, 0);
        return fail(module.failure().nt(), "cannot be loaded");
    }
    if (loading.missing_module[0] != 0) {
        // What a driver calls of a class library it calls first and always: its VM, and all in it, would end with it.
        ldr::unload(**module);
        dismantle(**driver, nullptr, 0);
        rtl::print_text(report.Text, sizeof(report.Text), "needs %s, which is neither loaded nor a part of RSL; load it first if you have it",
                        loading.missing_module);
        return report.Status = STATUS_DLL_NOT_FOUND;
    }
    Driver& object = **driver;
    Path usual_path(kDriversFolder, file_name.view());
    const std::u16string_view image_path = path.empty() ? usual_path.view() : path;
    adopt_module(object, **module, image_path);
    vf::image_loaded(object);
    report.ImageBase = (*module)->base();
    report.ImageBytes = (*module)->bytes();
    if (object.DriverInit == nullptr) {
        dismantle(object, nullptr, 0);
        return fail(STATUS_INVALID_IMAGE_FORMAT, "has no entry point");
    }
    if (auto written = cm::write_service_key(service, image_path); !written) {
        dismantle(object, nullptr, 0);
        return fail(written.failure().nt(), "cannot have a registry key");
    }
    ps::tell_image_loaded(image_path, object.DriverStart, object.DriverSize);
    return report.Status = start(object, key, report);
}

NTSTATUS start_internal_driver(std::u16string_view name, PDRIVER_INITIALIZE entry, Ref<Driver>* out) {
    auto driver = make_driver(name, {});
    if (!driver) return driver.failure().nt();
    (*driver)->DriverInit = entry;
    (*driver)->DRIVER_OBJECT::Flags = DRVO_BUILTIN_DRIVER;
    RSL_LOAD_REPORT report = {};
    Path no_key(u"", u"");
    const NTSTATUS status = start(**driver, no_key, report);
    if (NT_SUCCESS(status) && out != nullptr) *out = std::move(*driver);
    return status;
}

Ref<Driver> find_driver(std::u16string_view service) {
    const Path path(kDriverPrefix, service);
    auto body = ob::open_path(path.view(), &Driver::kType, OBJ_CASE_INSENSITIVE, 0, KernelMode, nullptr);
    if (!body) return {};
    return Ref<Driver>::adopt(static_cast<Driver*>(*body));
}

}  // namespace rsl::io

// SPDX-License-Identifier: GPL-2.0-only
// The first system thread: starts what needs threads, the other processors, devices, then the server.
#include "abi/types/status.h"
#include "base/archive/cpio.hpp"
#include "kernel/arch/arch.hpp"
#include "kernel/arch/command_line.hpp"
#include "kernel/arch/paging.hpp"
#include "kernel/cm/hives.hpp"
#include "kernel/cm/startup.hpp"
#include "kernel/hal/startup.hpp"
#include "kernel/init/init.hpp"
#include "kernel/init/test_run.hpp"
#include "kernel/io/driver.hpp"
#include "kernel/io/startup.hpp"
#include "kernel/ke/bug_check.hpp"
#include "kernel/ke/log.hpp"
#include "kernel/ke/startup.hpp"
#include "kernel/ldr/library.hpp"
#include "kernel/mm/init.hpp"
#include "kernel/pnp/inbox.hpp"
#include "kernel/pnp/manager.hpp"

namespace rsl::init {
namespace {

// What a file of the boot archive is loaded as. Drivers are services and run their DriverEntry.
void load_hal(const CpioArchive& archive) {
    const auto file = archive.find("hal.dll");
    if (!file) return must(file.failure(), "hal.dll is not in the boot archive");
    static constinit ldr::LoadReport report = {};
    const auto module = ldr::load_image(*file, u"hal.dll", report);
    if (!module) must(module.failure(), report.text);
}

// Class libraries that drivers may import from: what lies in library/ is kept, and loaded when one does.
void keep_libraries(const CpioArchive& archive) {
    constexpr std::string_view kFolder = "library/";
    uint64_t offset = 0;
    for (;;) {
        const auto next = archive.next(offset);
        if (!next) return must(next.failure(), "the boot archive is damaged");
        if (!next->has_value()) return;
        const CpioArchive::Entry& entry = **next;
        if (!entry.name.starts_with(kFolder)) continue;
        must(ldr::keep_library(entry.name.substr(kFolder.size()), entry.data), "a class library cannot be kept");
    }
}

// Drivers of devices that not every VM has, in device/: kept until plug and play wants them. Whether there is such a device.
bool keep_device_drivers(const CpioArchive& archive) {
    constexpr std::string_view kFolder = "device/", kSuffix = ".sys";
    bool any = false;
    uint64_t offset = 0;
    for (;;) {
        const auto next = archive.next(offset);
        if (!next) return must(next.failure(), "the boot archive is damaged"), false;
        if (!next->has_value()) return any;
        const CpioArchive::Entry& entry = **next;
        if (!entry.name.starts_with(kFolder) || !entry.name.ends_with(kSuffix)) continue;
        const std::string_view name = entry.name.substr(kFolder.size(), entry.name.size() - kFolder.size() - kSuffix.size());
        char16_t service[32] = {};
        if (name.size() > 31) continue;
        for (size_t i = 0; i < name.size(); ++i) service[i] = static_cast<unsigned char>(name[i]);
        const auto kept = pnp::keep_device_driver({service, name.size()}, entry.data);
        if (!kept) must(kept.failure(), "a device's driver cannot be kept");
        any |= *kept;
    }
}

// Who asks a VM for its disks finds them: they are there before the server is.
void start_devices(const CpioArchive& archive) {
    constexpr uint32_t kPatienceMs = 5000;
    if (!keep_device_drivers(archive)) return pnp::begin_enumeration();
    pnp::begin_enumeration();
    if (!pnp::settle_tree(kPatienceMs)) ke::log(ke::LogLevel::kWarn, "a device takes long to start; the server does not wait for it");
}

// Boot drivers: every .sys of the archive's top in its order, the server last because it is put there last.
void load_drivers(const CpioArchive& archive) {
    constexpr std::string_view kSuffix = ".sys";
    uint64_t offset = 0;
    for (;;) {
        const auto next = archive.next(offset);
        if (!next) return must(next.failure(), "the boot archive is damaged");
        if (!next->has_value()) return;
        const CpioArchive::Entry& entry = **next;
        if (!entry.name.ends_with(kSuffix) || entry.name.find('/') != entry.name.npos) continue;
        char16_t service[32] = {};
        const size_t length = entry.name.size() - kSuffix.size();
        if (length == 0 || length > 31) continue;
        for (size_t i = 0; i < length; ++i) service[i] = static_cast<unsigned char>(entry.name[i]);
        if (entry.name == "rslserver.sys") start_devices(archive);
        static constinit RSL_LOAD_REPORT report = {};
        const NTSTATUS status = io::load_driver({service, length}, entry.data, report);
        if (status < 0) must(Status(status), report.Text);
        if (entry.name == "hostfs.sys") {  // the registry's volume is there, if there is one
            const char* why = nullptr;
            const auto loaded = cm::load_hives(why);
            must(loaded, why);
        }
    }
}

}  // namespace

void NTAPI start_system(void*) {
    const std::string_view line = boot_info().command_line;
    must(ke::start_services(), "the worker threads cannot be started");
    const uint64_t limit = arch::command_line_number(line, "cpus").value_or(~uint64_t{0});
    const uint32_t processors = arch::start_processors(limit < 64 ? static_cast<uint32_t>(limit) : 64);
    must(cm::initialize(), "the registry cannot be made");
    must(io::initialize(), "the I/O manager cannot start");
    must(hal::initialize(), "the interrupt controllers cannot be set up");
    must(pnp::initialize(), "the PnP manager cannot start");
    mm::reclaim(kRslMemoryShim);
    ke::log(ke::LogLevel::kInfo, "RSL kernel runs: %u processors, %llu ms after its first instruction", processors,
            arch::now_ns() / 1'000'000);

    const CpioArchive archive({static_cast<const std::byte*>(arch::direct_map(boot_info().archive_base)),
                               boot_info().archive_bytes});
    load_hal(archive);
    if (const auto filter = arch::command_line_value(line, "test")) run_tests(*filter);
    keep_libraries(archive);
    load_drivers(archive);
    mm::reclaim(kRslMemoryArchive);
}

}  // namespace rsl::init

// SPDX-License-Identifier: GPL-2.0-only
// Unloading, and the rounds of reinitialization after loading.
#include "kernel/io/device.hpp"
#include "kernel/io/driver.hpp"
#include "kernel/io/leftovers.hpp"
#include "kernel/ldr/module.hpp"
#include "kernel/mm/pool.hpp"
#include "kernel/ps/process.hpp"
#include "kernel/rtl/format.hpp"
#include "kernel/vf/attach.hpp"

namespace rsl::io {
namespace {

constexpr size_t kMostReinitializations = 64;

struct Reinitialization {
    ListHook hook;
    Driver* driver;
    PDRIVER_REINITIALIZE routine;
    void* context;
};
constinit IntrusiveList<Reinitialization, &Reinitialization::hook> waiting RSL_GUARDED_BY(database_lock);

/// Opens files on no device of the driver any more; true when none is open and nobody lies on top.
struct Quiet {
    bool quiet = true;
    int32_t files = 0;
};
Quiet close_doors(Driver& driver) {
    Quiet result;
    ke::SpinLockGuard guard{database_lock};
    for (auto* at = driver.DeviceObject; at != nullptr; at = at->NextDevice) {
        Device& device = device_of(*at);
        __atomic_or_fetch(&device.extension.ExtensionFlags, kDeviceUnloadPending, __ATOMIC_SEQ_CST);
        result.files += device.open_files();
        const bool covered = at->AttachedDevice != nullptr && at->AttachedDevice->DriverObject != &driver;
        if (device.open_files() != 0 || covered) result.quiet = false;
    }
    return result;
}
void open_doors(Driver& driver) {
    ke::SpinLockGuard guard{database_lock};
    for (auto* at = driver.DeviceObject; at != nullptr; at = at->NextDevice) {
        __atomic_and_fetch(&device_of(*at).extension.ExtensionFlags, ~kDeviceUnloadPending,
                           __ATOMIC_SEQ_CST);
    }
}

void NTAPI run_unload(PVOID context) {
    auto& driver = *static_cast<Driver*>(context);
    driver.DriverUnload(&driver);
}

}  // namespace

NTSTATUS unload_driver(std::u16string_view service, RSL_LOAD_REPORT& report) {
    report = {};
    const auto answer = [&](NTSTATUS status, const char* why) {
        rtl::print_text(report.Text, sizeof(report.Text), "%s", why);
        return report.Status = status;
    };
    Ref<Driver> driver = find_driver(service);
    if (!driver) return answer(STATUS_OBJECT_NAME_NOT_FOUND, "is not loaded");
    if (driver->DriverUnload == nullptr) {
        return answer(STATUS_INVALID_DEVICE_REQUEST, "has no DriverUnload routine and stays until the VM stops");
    }
    if (driver->module != nullptr && driver->module->references() > 1) {
        return answer(STATUS_DEVICE_BUSY, "is in use: another driver imports from it");
    }
    if (driver->unloading.exchange(true, std::memory_order_acq_rel)) {  // pairs with itself
        return answer(STATUS_DEVICE_BUSY, "is being unloaded already");
    }
    if (const Quiet state = close_doors(*driver); !state.quiet) {
        open_doors(*driver);
        driver->unloading.store(false, std::memory_order_release);
        answer(STATUS_DEVICE_BUSY, "is in use: another driver's device lies on top of one of its own");
        if (state.files != 0) {
            rtl::print_text(report.Text, sizeof(report.Text), "is in use: open files on its devices: %d",
                            state.files);
        }
        return report.Status;
    }
    driver->DRIVER_OBJECT::Flags |= DRVO_UNLOAD_INVOKED;
    auto thread = ps::create_thread(ps::system_process(), &run_unload, driver.get(), KernelMode);
    if (!thread) {
        open_doors(*driver);
        driver->unloading.store(false, std::memory_order_release);
        return answer(thread.failure().nt(), "cannot be unloaded: no memory for a thread");
    }
    ke::wait_one((*thread)->header, ke::Deadline::never());
    vf::check_unloaded(*driver, reinterpret_cast<uint64_t>(driver->DriverUnload));
    dismantle(*driver, report.Text, sizeof(report.Text));
    return report.Status = STATUS_SUCCESS;
}

void dismantle(Driver& driver, char* text, size_t capacity) {
    const bool image_in_use = remove_leftovers(driver, text, capacity);
    driver.unlist();
    ob::remove_name(&driver);
    if (!image_in_use) vf::end_verification(driver);
    if (driver.module != nullptr && !image_in_use) {
        ldr::unload(*driver.module);
        driver.module = nullptr;
    }
}


Result<void> add_reinitialization(Driver& driver, PDRIVER_REINITIALIZE routine, void* context) {
    auto* entry = RSL_TRY(mm::make<Reinitialization>(mm::pool_tag("IoRe")));
    entry->driver = &driver;
    entry->routine = routine;
    entry->context = context;
    driver.DRIVER_OBJECT::Flags |= DRVO_REINIT_REGISTERED;
    ke::SpinLockGuard guard{database_lock};
    waiting.push_back(*entry);
    return {};
}

void forget_reinitializations(const Driver& driver) {
    for (;;) {
        Reinitialization* found = nullptr;
        {
            ke::SpinLockGuard guard{database_lock};
            for (auto& entry : waiting) {
                if (entry.driver != &driver) continue;
                entry.hook.unlink();
                found = &entry;
                break;
            }
        }
        if (found == nullptr) return;
        mm::destroy(found);
    }
}

void run_reinitializations() {
    // A routine that queues itself again runs again, after the others. One that does so each time waits
    // for something that a later load may bring.
    for (size_t calls = 0; calls < kMostReinitializations; ++calls) {
        Reinitialization* entry;
        Ref<Driver> driver;
        {
            ke::SpinLockGuard guard{database_lock};
            entry = waiting.pop_front();
            if (entry == nullptr) return;
            driver = Ref<Driver>(*entry->driver);
        }
        ++driver->extension.Count;
        entry->routine(driver.get(), entry->context, driver->extension.Count);
        mm::destroy(entry);
    }
}

}  // namespace rsl::io

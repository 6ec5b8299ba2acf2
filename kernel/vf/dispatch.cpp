// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/vf/dispatch.hpp"

#include "abi/types/status.h"
#include "kernel/arch/arch.hpp"
#include "kernel/ke/thread.hpp"
#include "kernel/vf/irp_watch.hpp"
#include "kernel/vf/violation.hpp"

namespace rsl::vf {
namespace {

constexpr uint32_t kIoViolation = DRIVER_VERIFIER_IOMANAGER_VIOLATION;
constexpr uint32_t kViolation = DRIVER_VERIFIER_DETECTED_VIOLATION;

/// What a dispatch routine must leave as it was.
struct Before {
    KIRQL irql = arch::irql();
    int16_t apc_disable = ke::current_thread().kernel_apc_disable;
};

void check_after(const Before& before, DEVICE_OBJECT& device, uint64_t routine) {
    if (!arch::interrupts_enabled()) {
        stop(routine, {kViolation,
                       {0xC1, routine, 0, 0},
                       "a dispatch routine returned with interrupts disabled",
                       "enable on every path what _disable has disabled"});
    }
    if (arch::irql() != before.irql) {
        stop(routine, {kIoViolation,
                       {0x05, number_of(&device), before.irql, arch::irql()},
                       "the IRQL changed during a call to the driver's dispatch routine",
                       "release every spin lock, and lower what was raised, on every path"});
    }
    const int16_t now = ke::current_thread().kernel_apc_disable;
    if (now == before.apc_disable) return;
    const auto wide = [](int16_t value) {
        return static_cast<uint64_t>(static_cast<int64_t>(value));
    };
    stop(routine, {kViolation,
                   {0xC5, routine, wide(now), wide(before.apc_disable)},
                   "a dispatch routine changed the thread's APC disable count",
                   "leave every critical region that it entered, and release every mutex"});
}

void check_status(NTSTATUS status, uint64_t routine, IRP& irp) {
    const auto bits = static_cast<uint32_t>(status);
    if (bits == 0xFFFFFFFF) {
        stop(routine, {kIoViolation,
                       {0x225, routine, number_of(&irp), bits},
                       "a dispatch routine returned the status 0xFFFFFFFF, which is none",
                       "the variable that it returns is probably not set on this path"});
    }
    constexpr uint32_t kReserved = 0x10000000;
    if ((bits & kReserved) == 0 && bits != 0xCCCCCCCC && bits != 0xCDCDCDCD) return;
    stop(routine, {kIoViolation,
                   {0x300, routine, number_of(&irp), bits},
                   "a dispatch routine returned a suspicious status",
                   "the variable that it returns is probably not set on this path"});
}

NTSTATUS call_unwatched(PDRIVER_DISPATCH routine, DEVICE_OBJECT& device, IRP& irp) {
    const Before before;
    const NTSTATUS status = routine(&device, &irp);
    check_after(before, device, number_of(routine));
    return status;
}

NTSTATUS call_watched(VerifiedDriver& driver, PDRIVER_DISPATCH routine, DEVICE_OBJECT& device,
                      IRP& irp) {
    io::IrpBlock* block = io::block_of(irp);
    if (block == nullptr) return call_unwatched(routine, device, irp);  // in a driver's own memory
    io::pin(*block);
    driver.keep_irp(*block);
    Passage* passage = begin_passage(driver, device, irp, number_of(routine));
    const Before before;
    const NTSTATUS status = routine(&device, &irp);
    check_after(before, device, number_of(routine));
    check_status(status, number_of(routine), irp);
    if (passage != nullptr) end_passage(*passage, status);
    io::unpin(*block);
    return status;
}

NTSTATUS NTAPI dispatch_verified(PDEVICE_OBJECT device, PIRP irp) {
    VerifiedDriver& driver = *io::driver_of(*device->DriverObject).verified;
    const PDRIVER_DISPATCH routine = driver.dispatch[io::current_location(*irp).MajorFunction];
    count(driver.counters.irps_dispatched);
    if (!driver.has(kIoChecks)) return routine(device, irp);
    return call_watched(driver, routine, *device, *irp);
}

}  // namespace

void wrap_dispatch(VerifiedDriver& verified, io::Driver& driver) {
    for (size_t major = 0; major <= IRP_MJ_MAXIMUM_FUNCTION; ++major) {
        PDRIVER_DISPATCH& entry = driver.MajorFunction[major];
        // Only the driver's own code: others' routines (a class library's, ours) have rules of
        // their own.
        if (entry == &dispatch_verified || !verified.contains(number_of(entry))) continue;
        verified.dispatch[major] = entry;
        entry = &dispatch_verified;
    }
}

}  // namespace rsl::vf

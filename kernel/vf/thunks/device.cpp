// SPDX-License-Identifier: GPL-2.0-only
// Device objects, their timers and work items.
#include "kernel/io/device.hpp"
#include "abi/types/status.h"
#include "kernel/io/driver.hpp"
#include "kernel/io/work_item.hpp"
#include "kernel/vf/freed.hpp"
#include "kernel/vf/thunks.hpp"
#include "kernel/vf/violation.hpp"

namespace rsl::vf {
namespace {

constexpr uint32_t kIoViolation = DRIVER_VERIFIER_IOMANAGER_VIOLATION;

/// Whether a device is in the list of the driver that calls.
bool is_own_device(const VerifiedDriver& driver, const DEVICE_OBJECT* wanted) {
    if (driver.object == nullptr) return true;
    ke::SpinLockGuard guard{io::database_lock};
    for (const auto* at = driver.object->DeviceObject; at != nullptr; at = at->NextDevice) {
        if (at == wanted) return true;
    }
    return false;
}

void check_deletion(const Caller& caller, PDEVICE_OBJECT device) {
    const bool foreign = device->Type == IO_TYPE_DEVICE &&
                         device->DriverObject != static_cast<DRIVER_OBJECT*>(caller.driver->object);
    if (!foreign && !is_own_device(*caller.driver, device)) {
        stop(caller, {kIoViolation,
                      {0x240, caller.address, number_of(device), 0},
                      "the driver deletes a device object that has already been deleted",
                      "delete each device once; clear the pointer when it is gone"});
    }
    if (device->Type == IO_TYPE_DEVICE && io::device_of(*device).extension.AttachedTo != nullptr) {
        stop(caller, {kIoViolation,
                      {0x201, caller.address, number_of(device), 0},
                      "the driver deletes a device object that is attached to another device",
                      "call IoDetachDevice first"});
    }
}

}  // namespace

namespace thunk {

VOID NTAPI IoDeleteDevice(PDEVICE_OBJECT DeviceObject) {
    RSL_VF_CALLER();
    if (caller.has(kIoChecks)) check_deletion(caller, DeviceObject);
    if (caller.driver != nullptr && DeviceObject->DeviceExtension != nullptr) {
        const uint64_t start = number_of(DeviceObject);
        check_freed_range(caller, start, DeviceObject->Size);
    }
    ::IoDeleteDevice(DeviceObject);
}
VOID NTAPI IoDetachDevice(PDEVICE_OBJECT TargetDevice) {
    RSL_VF_CALLER();
    if (caller.has(kIoChecks) && TargetDevice->AttachedDevice == nullptr) {
        stop(caller, {kIoViolation,
                      {0x202, caller.address, number_of(TargetDevice), 0},
                      "the driver detaches from a device object that nothing is attached to",
                      "pass the device that IoAttachDeviceToDeviceStack returned, once"});
    }
    ::IoDetachDevice(TargetDevice);
}
NTSTATUS NTAPI IoInitializeTimer(PDEVICE_OBJECT DeviceObject, PIO_TIMER_ROUTINE TimerRoutine,
                                 PVOID Context) {
    RSL_VF_CALLER();
    if (caller.has(kIoChecks) && DeviceObject->Timer != nullptr) {
        stop(caller, {kIoViolation,
                      {0x0A, number_of(DeviceObject), 0, 0},
                      "the driver called IoInitializeTimer for a device that has a timer",
                      "initialize it once, when the device is made; IoStartTimer and IoStopTimer "
                      "do the rest"});
    }
    return ::IoInitializeTimer(DeviceObject, TimerRoutine, Context);
}

PIO_WORKITEM NTAPI IoAllocateWorkItem(PDEVICE_OBJECT DeviceObject) {
    RSL_VF_CALLER();
    if (caller.driver != nullptr && caller.driver->should_fail()) return nullptr;
    PIO_WORKITEM item = ::IoAllocateWorkItem(DeviceObject);
    if (item != nullptr && caller.has(kPoolTracking)) {
        caller.driver->note({.address = number_of(item),
                             .bytes = sizeof(IO_WORKITEM),
                             .caller = caller.address,
                             .thing = Thing::kWorkItem});
    }
    return item;
}
VOID NTAPI IoFreeWorkItem(PIO_WORKITEM IoWorkItem) {
    RSL_VF_CALLER();
    if (caller.driver != nullptr) {
        if (caller.has(kMiscellaneous) && IoWorkItem->queued) {
            stop(caller,
                 {WORKER_INVALID,
                  {0x1, number_of(IoWorkItem), number_of(IoWorkItem), number_of(IoWorkItem + 1)},
                  "the driver freed a work item that is queued",
                  "free it in its routine, or after it has run"});
        }
        caller.driver->forget(number_of(IoWorkItem), Thing::kWorkItem);
    }
    ::IoFreeWorkItem(IoWorkItem);
}

}  // namespace thunk
}  // namespace rsl::vf

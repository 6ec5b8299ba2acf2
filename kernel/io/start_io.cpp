// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/start_io.hpp"

#include "abi/functions/ke.h"
#include "kernel/io/device.hpp"
#include "kernel/io/irp.hpp"

namespace rsl::io {
namespace {

void set_cancel_routine(IRP& irp, PDRIVER_CANCEL routine) {
    __atomic_store_n(const_cast<PDRIVER_CANCEL*>(&irp.CancelRoutine), routine, __ATOMIC_SEQ_CST);
}

void take_and_start(DEVICE_OBJECT& device, bool cancelable, const ULONG* key) {
    const uint32_t flags = device.DeviceObjectExtension->StartIoFlags;
    const KIRQL old = cancelable ? acquire_cancel_lock() : arch::irql();
    device.CurrentIrp = nullptr;
    KDEVICE_QUEUE_ENTRY* entry = key != nullptr ? KeRemoveByKeyDeviceQueue(&device.DeviceQueue, *key)
                                                : KeRemoveDeviceQueue(&device.DeviceQueue);
    IRP* irp = nullptr;
    if (entry != nullptr) {
        irp = CONTAINING_RECORD(entry, IRP, Tail.Overlay.DeviceQueueEntry);
        device.CurrentIrp = irp;
        if (cancelable && (flags & kStartIoNotCancelable) != 0) set_cancel_routine(*irp, nullptr);
    }
    if (cancelable) release_cancel_lock(old);
    if (irp != nullptr) device.DriverObject->DriverStartIo(&device, irp);
}

/// Runs what was asked for while StartIo was running, one after the other instead of nested.
void run_deferred(DEVICE_OBJECT& device) {
    DEVOBJ_EXTENSION& extension = *device.DeviceObjectExtension;
    while (__atomic_sub_fetch(&extension.StartIoCount, 1, __ATOMIC_ACQ_REL) > 0) {
        const uint32_t flags = extension.StartIoFlags;
        const ULONG key = static_cast<ULONG>(extension.StartIoKey);
        take_and_start(device, (flags & kStartIoNextCancelable) != 0,
                       (flags & kStartIoNextByKey) != 0 ? &key : nullptr);
    }
}

/// True when the caller is the outermost and runs StartIo itself.
bool enter_start_io(DEVICE_OBJECT& device) {
    return __atomic_add_fetch(&device.DeviceObjectExtension->StartIoCount, 1, __ATOMIC_ACQ_REL) == 1;
}

void call_start_io(DEVICE_OBJECT& device, IRP& irp) {
    const bool deferred = (device.DeviceObjectExtension->StartIoFlags & kStartIoDeferred) != 0;
    if (deferred) enter_start_io(device);
    device.DriverObject->DriverStartIo(&device, &irp);
    if (deferred) run_deferred(device);
}

}  // namespace

void start_packet(DEVICE_OBJECT& device, IRP& irp, const ULONG* key, PDRIVER_CANCEL cancel) {
    const KIRQL old = ke::raise_irql(DISPATCH_LEVEL);
    if (cancel != nullptr) {
        acquire_cancel_lock();
        set_cancel_routine(irp, cancel);
    }
    auto& entry = irp.Tail.Overlay.DeviceQueueEntry;
    const bool queued = key != nullptr ? KeInsertByKeyDeviceQueue(&device.DeviceQueue, &entry, *key)
                                       : KeInsertDeviceQueue(&device.DeviceQueue, &entry);
    if (!queued) {
        device.CurrentIrp = &irp;
        if (cancel != nullptr) {
            const uint32_t flags = device.DeviceObjectExtension->StartIoFlags;
            if ((flags & kStartIoNotCancelable) != 0) set_cancel_routine(irp, nullptr);
            release_cancel_lock(DISPATCH_LEVEL);
        }
        call_start_io(device, irp);
    } else if (cancel != nullptr) {
        if (irp.Cancel) {  // before it was queued: the routine takes it out again and drops the lock
            irp.CancelIrql = DISPATCH_LEVEL;
            set_cancel_routine(irp, nullptr);
            cancel(&device, &irp);
        } else {
            release_cancel_lock(DISPATCH_LEVEL);
        }
    }
    ke::lower_irql(old);
}

void start_next_packet(DEVICE_OBJECT& device, bool cancelable, const ULONG* key) {
    DEVOBJ_EXTENSION& extension = *device.DeviceObjectExtension;
    if ((extension.StartIoFlags & kStartIoDeferred) == 0) return take_and_start(device, cancelable, key);
    uint32_t flags = extension.StartIoFlags & (kStartIoDeferred | kStartIoNotCancelable);
    if (cancelable) flags |= kStartIoNextCancelable;
    if (key != nullptr) {
        flags |= kStartIoNextByKey;
        extension.StartIoKey = static_cast<LONG>(*key);
    }
    extension.StartIoFlags = flags;
    if (!enter_start_io(device)) return;  // inside StartIo: it is run when that returns
    take_and_start(device, cancelable, key);
    run_deferred(device);
}

}  // namespace rsl::io

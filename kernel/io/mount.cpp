// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/mount.hpp"

#include "abi/functions/ke.h"
#include "kernel/io/irp.hpp"
#include "kernel/io/raw.hpp"
#include "kernel/io/request.hpp"
#include "kernel/io/volume.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::io {
namespace {

constexpr mm::PoolTag kVpbTag = mm::pool_tag("Vpb ");
constexpr size_t kMostFileSystems = 16;

/// The kind of file system that a volume's device asks for.
DEVICE_TYPE file_system_type(DEVICE_TYPE device) {
    switch (device) {
        case FILE_DEVICE_CD_ROM:
            return FILE_DEVICE_CD_ROM_FILE_SYSTEM;
        case FILE_DEVICE_TAPE:
            return FILE_DEVICE_TAPE_FILE_SYSTEM;
        default:
            return FILE_DEVICE_DISK_FILE_SYSTEM;
    }
}

/// IRP_MN_MOUNT_VOLUME to one file system.
NTSTATUS offer(Device& file_system, Device& device) {
    DEVICE_OBJECT& top = top_of_stack(file_system);
    auto ticket = IrpTicket::allocate(static_cast<int8_t>(top.StackSize));
    if (!ticket) return ticket.failure().nt();
    (*ticket)->Flags |= IRP_MOUNT_COMPLETION;
    auto& parameters = ticket->location().Parameters.MountVolume;
    parameters.Vpb = device.Vpb;
    parameters.DeviceObject = &top_of_stack(device);
    return send_and_wait(std::move(*ticket), top, nullptr, IRP_MJ_FILE_SYSTEM_CONTROL,
                         IRP_MN_MOUNT_VOLUME);
}

void note_mounted(Device& device, uint16_t flags) {
    DEVICE_OBJECT& volume = *device.Vpb->DeviceObject;
    volume.StackSize = static_cast<CCHAR>(top_of_stack(device).StackSize + 1);
    volume.Flags &= ~static_cast<ULONG>(DO_DEVICE_INITIALIZING);
    ke::SpinLockGuard guard{vpb_lock};
    device.Vpb->RealDevice = &device;
    volume.DeviceObjectExtension->Vpb = device.Vpb;
    // Pairs with is_mounted(): who sees the flag sees the file system's device.
    __atomic_or_fetch(&device.Vpb->Flags, static_cast<USHORT>(flags | VPB_MOUNTED),
                      __ATOMIC_RELEASE);
}

Result<void> mount_locked(Device& device) {
    if (is_mounted(device)) return {};
    Ref<Device> systems[kMostFileSystems];
    const size_t count = file_systems_of(file_system_type(device.DeviceType), systems);
    for (size_t i = 0; i < count; ++i) {
        const bool taken =
            NT_SUCCESS(offer(*systems[i], device)) && device.Vpb->DeviceObject != nullptr;
        if (!taken) continue;
        note_mounted(device, 0);
        return {};
    }
    device.Vpb->DeviceObject = RSL_TRY(make_raw_volume(device));
    note_mounted(device, VPB_RAW_MOUNT);
    return {};
}

}  // namespace

bool is_mounted(const DEVICE_OBJECT& device) {
    return device.Vpb == nullptr || (__atomic_load_n(&device.Vpb->Flags, __ATOMIC_ACQUIRE) &
                                     VPB_MOUNTED) != 0;  // pairs with note_mounted()
}

Result<void> mount(Device& device) {
    if (is_mounted(device)) return {};
    KeWaitForSingleObject(&device.DeviceLock, Executive, KernelMode, FALSE, nullptr);
    const auto mounted = mount_locked(device);
    KeSetEvent(&device.DeviceLock, IO_NO_INCREMENT, FALSE);
    return mounted;
}

Result<void> add_volume(DEVICE_OBJECT& device) {
    auto* vpb = static_cast<VPB*>(mm::allocate(sizeof(VPB), kVpbTag));
    if (vpb == nullptr) return Status::kInsufficientResources;
    *vpb = {};
    vpb->Type = IO_TYPE_VPB;
    vpb->Size = sizeof(VPB);
    vpb->RealDevice = &device;
    device.Vpb = vpb;
    return {};
}

}  // namespace rsl::io

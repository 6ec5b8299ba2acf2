// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/io/raw.hpp"

#include <cstring>

#include "abi/types/status.h"
#include "kernel/io/irp.hpp"
#include "kernel/io/mount.hpp"
#include "kernel/io/request.hpp"
#include "kernel/io/share_access.hpp"
#include "kernel/io/volume.hpp"
#include "kernel/mm/pool.hpp"

namespace rsl::io {
namespace {

constexpr uint32_t kLockVolume = 0x90018, kUnlockVolume = 0x9001C,
                   kDismountVolume = 0x90020,  // FSCTL_*, winioctl.h
    kIsVolumeMounted = 0x90028;
constexpr std::u16string_view kName = u"RAW";

/// A volume's device extension.
struct RawVolume {
    ListHook hook;
    Device* device;  // what it is the file system of; outlives it
    DEVICE_OBJECT* self;
    VPB* own_vpb;  // its VPB once it is dismounted, and the device has a new one
    SHARE_ACCESS sharing;
    uint32_t openings;
    const FILE_OBJECT* holder;  // of the lock
};

constinit Ref<Driver>* the_driver = nullptr;
constinit ke::SpinLock volumes_lock{
    ke::LockRank::kIo};  // and every member of each but the first three
constinit IntrusiveList<RawVolume, &RawVolume::hook> volumes RSL_GUARDED_BY(volumes_lock);

NTSTATUS finish(IRP& irp, NTSTATUS status, uint64_t information = 0) {
    irp.IoStatus.Status = status;
    irp.IoStatus.Information = information;
    complete_irp(irp, IO_NO_INCREMENT);
    return status;
}

NTSTATUS open(RawVolume& volume, IRP& irp, const IO_STACK_LOCATION& here) {
    FILE_OBJECT& file = *here.FileObject;
    const auto& create = here.Parameters.Create;
    if (file.FileName.Length != 0) return finish(irp, STATUS_UNRECOGNIZED_VOLUME);  // a file on it
    if ((create.Options & FILE_DIRECTORY_FILE) != 0) return finish(irp, STATUS_NOT_A_DIRECTORY);
    const ULONG disposition = create.Options >> 24;
    if (disposition != FILE_OPEN && disposition != FILE_OPEN_IF)
        return finish(irp, STATUS_ACCESS_DENIED);
    const Sharing wanted = sharing_of(create.SecurityContext->DesiredAccess, create.ShareAccess);
    NTSTATUS status = STATUS_SUCCESS;
    {
        ke::InterruptLockGuard guard{volumes_lock};
        if (volume.holder != nullptr) {
            status = STATUS_ACCESS_DENIED;
        } else if (!can_share(volume.sharing, wanted)) {
            status = STATUS_SHARING_VIOLATION;
        } else {
            note_sharing(file, wanted);
            add_sharing(volume.sharing, wanted);
            ++volume.openings;
        }
    }
    if (status == STATUS_SUCCESS) file.Flags |= FO_NO_INTERMEDIATE_BUFFERING;
    return finish(irp, status, status == STATUS_SUCCESS ? FILE_OPENED : 0);
}

NTSTATUS clean_up(RawVolume& volume, IRP& irp, const FILE_OBJECT& file) {
    {
        ke::InterruptLockGuard guard{volumes_lock};
        remove_sharing(volume.sharing, sharing_of(file));
        if (volume.holder == &file) volume.holder = nullptr;
    }
    return finish(irp, STATUS_SUCCESS);
}

NTSTATUS close(RawVolume& volume, IRP& irp) {
    {
        ke::InterruptLockGuard guard{volumes_lock};
        --volume.openings;
    }
    return finish(irp, STATUS_SUCCESS);
}

/// The device gets a VPB that says that nothing is mounted; who has the volume open keeps the old
/// one.
NTSTATUS dismount(RawVolume& volume, const FILE_OBJECT& file) {
    VPB* const old = volume.device->Vpb;
    {
        ke::InterruptLockGuard guard{volumes_lock};
        if (volume.holder != &file) return STATUS_ACCESS_DENIED;
        if (volume.own_vpb != nullptr || old->DeviceObject != volume.self)
            return STATUS_VOLUME_DISMOUNTED;
    }
    if (const auto made = add_volume(*volume.device); !made) return made.failure().nt();
    ke::InterruptLockGuard guard{volumes_lock};
    volume.own_vpb = old;
    return STATUS_SUCCESS;
}

/// For the only one who has the volume open.
NTSTATUS lock(RawVolume& volume, const FILE_OBJECT& file) {
    ke::InterruptLockGuard guard{volumes_lock};
    if (volume.holder != nullptr || volume.openings != 1) return STATUS_ACCESS_DENIED;
    volume.holder = &file;
    return STATUS_SUCCESS;
}

NTSTATUS unlock(RawVolume& volume, const FILE_OBJECT& file) {
    ke::InterruptLockGuard guard{volumes_lock};
    if (volume.holder != &file) return STATUS_NOT_LOCKED;
    volume.holder = nullptr;
    return STATUS_SUCCESS;
}

NTSTATUS control(RawVolume& volume, const IO_STACK_LOCATION& here) {
    if (here.MinorFunction == IRP_MN_VERIFY_VOLUME) return STATUS_SUCCESS;
    if (here.MinorFunction != IRP_MN_USER_FS_REQUEST && here.MinorFunction != IRP_MN_KERNEL_CALL)
        return STATUS_INVALID_DEVICE_REQUEST;
    switch (here.Parameters.FileSystemControl.FsControlCode) {
        case kLockVolume:
            return lock(volume, *here.FileObject);
        case kUnlockVolume:
            return unlock(volume, *here.FileObject);
        case kDismountVolume:
            return dismount(volume, *here.FileObject);
        case kIsVolumeMounted:
            return volume.own_vpb == nullptr ? STATUS_SUCCESS : STATUS_VOLUME_DISMOUNTED;
        default:
            return STATUS_INVALID_DEVICE_REQUEST;
    }
}

NTSTATUS query_volume(RawVolume& volume, IRP& irp, const IO_STACK_LOCATION& here) {
    const auto& query = here.Parameters.QueryVolume;
    auto* const out = static_cast<std::byte*>(irp.AssociatedIrp.SystemBuffer);
    switch (query.FsInformationClass) {
        case FileFsVolumeInformation: {
            constexpr uint32_t kBytes = offsetof(FILE_FS_VOLUME_INFORMATION, VolumeLabel);
            if (query.Length < kBytes) return finish(irp, STATUS_BUFFER_TOO_SMALL);
            std::memset(out, 0, kBytes);  // no label, no number: nobody has written any
            return finish(irp, STATUS_SUCCESS, kBytes);
        }
        case FileFsDeviceInformation: {
            if (query.Length < sizeof(FILE_FS_DEVICE_INFORMATION))
                return finish(irp, STATUS_BUFFER_TOO_SMALL);
            const FILE_FS_DEVICE_INFORMATION answer{
                volume.device->DeviceType, volume.device->Characteristics | FILE_DEVICE_IS_MOUNTED};
            std::memcpy(out, &answer, sizeof(answer));
            return finish(irp, STATUS_SUCCESS, sizeof(answer));
        }
        case FileFsAttributeInformation: {
            constexpr uint32_t kName0 = offsetof(FILE_FS_ATTRIBUTE_INFORMATION, FileSystemName);
            constexpr uint32_t kNameBytes = kName.size() * sizeof(char16_t);
            if (query.Length < kName0 + kNameBytes) return finish(irp, STATUS_BUFFER_TOO_SMALL);
            FILE_FS_ATTRIBUTE_INFORMATION answer{};
            answer.FileSystemNameLength = kNameBytes;
            std::memcpy(out, &answer, kName0);
            std::memcpy(out + kName0, kName.data(), kNameBytes);
            return finish(irp, STATUS_SUCCESS, kName0 + kNameBytes);
        }
        default:
            return finish(irp, STATUS_INVALID_DEVICE_REQUEST);
    }
}

/// The device does it: the IRP goes on as it is (IoSkipCurrentIrpStackLocation).
NTSTATUS pass_on(RawVolume& volume, IRP& irp) {
    ++irp.CurrentLocation;
    ++irp.Tail.Overlay.CurrentStackLocation;
    return call_driver(top_of_stack(*volume.device), irp);
}

NTSTATUS NTAPI dispatch(PDEVICE_OBJECT device, PIRP irp) {
    auto& volume = *static_cast<RawVolume*>(device->DeviceExtension);
    const IO_STACK_LOCATION here = current_location(*irp);
    switch (here.MajorFunction) {
        case IRP_MJ_CREATE:
            return open(volume, *irp, here);
        case IRP_MJ_CLEANUP:
            return clean_up(volume, *irp, *here.FileObject);
        case IRP_MJ_CLOSE:
            return close(volume, *irp);
        case IRP_MJ_FILE_SYSTEM_CONTROL:
            return finish(*irp, control(volume, here));
        case IRP_MJ_QUERY_VOLUME_INFORMATION:
            return query_volume(volume, *irp, here);
        case IRP_MJ_READ:
        case IRP_MJ_WRITE:
        case IRP_MJ_FLUSH_BUFFERS:
        case IRP_MJ_DEVICE_CONTROL:
        case IRP_MJ_INTERNAL_DEVICE_CONTROL:
            return pass_on(volume, *irp);
        default:
            return finish(*irp, STATUS_INVALID_DEVICE_REQUEST);
    }
}

NTSTATUS NTAPI initialize(PDRIVER_OBJECT driver, PUNICODE_STRING) {
    for (auto& routine : driver->MajorFunction) routine = &dispatch;
    return STATUS_SUCCESS;
}

}  // namespace

Result<void> start_raw() {
    the_driver = RSL_TRY(mm::make<Ref<Driver>>(mm::pool_tag("IoRw")));  // for ever
    return Status(start_internal_driver(u"\\FileSystem\\RAW", &initialize, the_driver));
}

Result<DEVICE_OBJECT*> make_raw_volume(Device& device) {
    Ref<Device> made =
        RSL_TRY(Device::create(**the_driver, {.type = FILE_DEVICE_DISK_FILE_SYSTEM,
                                              .extension_bytes = sizeof(RawVolume)}));
    made->DEVICE_OBJECT::Flags |= device.DEVICE_OBJECT::Flags &
                                  (DO_BUFFERED_IO | DO_DIRECT_IO);  // the device gets the buffers
    made->SectorSize = device.SectorSize;
    made->AlignmentRequirement = device.AlignmentRequirement;
    DEVICE_OBJECT* const self = made.release();  // forget_raw_volumes() ends it
    auto* volume = ::new (self->DeviceExtension) RawVolume{};
    volume->device = &device;
    volume->self = self;
    ke::InterruptLockGuard guard{volumes_lock};
    volumes.push_back(*volume);
    return self;
}

void forget_raw_volumes(Device& device) {
    for (;;) {
        RawVolume* gone = nullptr;
        {
            ke::InterruptLockGuard guard{volumes_lock};
            for (RawVolume& volume : volumes) {
                if (volume.device == &device) gone = &volume;
            }
            if (gone != nullptr) gone->hook.unlink();
        }
        if (gone == nullptr) return;
        if (gone->own_vpb != nullptr) mm::free(gone->own_vpb);
        device_of(*gone->self).request_deletion();
    }
}

}  // namespace rsl::io

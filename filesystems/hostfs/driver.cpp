// SPDX-License-Identifier: GPL-2.0-only
// hostfs.sys: each virtio-9p device of the machine becomes a volume.
//
//   mount tag     volume device                names
//   drive-c       \Device\HarddiskVolume1      \??\C:, \SystemRoot (its Windows folder)
//   registry      \Device\RegistryVolume       none: the kernel keeps the registry's hives there
//   others        left alone
#include "abi/types/status.h"
#include "filesystems/hostfs/requests.hpp"

namespace rsl::hostfs {
namespace {

constexpr CCHAR kBoost = 0;

struct Purpose {
    std::string_view tag;
    const char16_t* device;
    const char16_t* letter;  // nullptr: none
    const char16_t* label;
};
constexpr Purpose kPurposes[] = {
    {"drive-c", u"\\Device\\HarddiskVolume1", u"\\??\\C:", u"Host"},
    {"registry", u"\\Device\\RegistryVolume", nullptr, u"Registry"},
};

UNICODE_STRING string_of(const char16_t* text) {
    const std::u16string_view view(text);
    const auto bytes = static_cast<USHORT>(view.size() * sizeof(char16_t));
    return {bytes, static_cast<USHORT>(bytes + sizeof(char16_t)), const_cast<WCHAR*>(text)};
}

NTSTATUS outcome_of(const Result<void>& result) { return result.status().nt(); }
NTSTATUS outcome_of(const Result<NTSTATUS>& result) { return result ? *result : result.failure().nt(); }

/// What one request comes to; `completed` when the IRP is not ours any more.
NTSTATUS carry_out(Request& request, bool& completed) {
    const UCHAR major = request.location.MajorFunction;
    if (request.object == nullptr || (major != IRP_MJ_CREATE && request.object->FsContext2 == nullptr)) {
        return major == IRP_MJ_SHUTDOWN ? STATUS_SUCCESS : STATUS_INVALID_DEVICE_REQUEST;
    }
    switch (major) {
        case IRP_MJ_CREATE: return outcome_of(create(request));
        case IRP_MJ_CLEANUP: return outcome_of(cleanup(request));
        case IRP_MJ_CLOSE: return outcome_of(close(request));
        case IRP_MJ_READ: return outcome_of(read(request));
        case IRP_MJ_WRITE: return outcome_of(write(request));
        case IRP_MJ_FLUSH_BUFFERS: return outcome_of(flush(request));
        case IRP_MJ_QUERY_INFORMATION: return outcome_of(query_information(request));
        case IRP_MJ_SET_INFORMATION: return outcome_of(set_information(request));
        case IRP_MJ_DIRECTORY_CONTROL: return outcome_of(query_directory(request));
        case IRP_MJ_QUERY_VOLUME_INFORMATION: return outcome_of(query_volume(request));
        case IRP_MJ_LOCK_CONTROL: {
            File* file = file_of(*request.object);
            if (file == nullptr || file->directory) return STATUS_INVALID_PARAMETER;
            completed = true;
            return FsRtlProcessFileLock(&file->locks, &request.irp, nullptr);
        }
        default: return STATUS_INVALID_DEVICE_REQUEST;
    }
}

NTSTATUS NTAPI dispatch(PDEVICE_OBJECT device, PIRP irp) {
    auto* volume = static_cast<Volume**>(device->DeviceExtension);
    IO_STACK_LOCATION& location = *irp->Tail.Overlay.CurrentStackLocation;
    irp->IoStatus.Information = 0;
    NTSTATUS status = STATUS_INVALID_DEVICE_REQUEST;
    bool completed = false;
    FsRtlEnterFileSystem();
    if (volume != nullptr) {  // the disk under the file system has no requests of its own
        Request request{**volume, *irp, location, location.FileObject};
        status = carry_out(request, completed);
    }
    FsRtlExitFileSystem();
    if (completed) return status;
    irp->IoStatus.Status = status;
    IofCompleteRequest(irp, kBoost);
    return status;
}

void fill_vpb(VPB& vpb, DEVICE_OBJECT& file_system, const Purpose& purpose, uint64_t id) {
    const std::u16string_view label(purpose.label);
    vpb.VolumeLabelLength = static_cast<USHORT>(label.size() * sizeof(WCHAR));
    label.copy(vpb.VolumeLabel, label.size());
    vpb.SerialNumber = static_cast<ULONG>(id ^ id >> 32);
    vpb.DeviceObject = &file_system;
    vpb.Flags |= VPB_MOUNTED;
    vpb.ReferenceCount = 1;
}

/// The disk with its name, and the file system's device mounted on it.
NTSTATUS make_devices(DRIVER_OBJECT& driver, Volume& volume, const Purpose& purpose) {
    UNICODE_STRING name = string_of(purpose.device);
    NTSTATUS status = IoCreateDevice(&driver, 0, &name, FILE_DEVICE_DISK, 0, FALSE, &volume.disk);
    if (status < 0) return status;
    status = IoCreateDevice(&driver, sizeof(Volume*), nullptr, FILE_DEVICE_DISK_FILE_SYSTEM, 0, FALSE, &volume.device);
    if (status < 0) {
        IoDeleteDevice(volume.disk);
        return status;
    }
    *static_cast<Volume**>(volume.device->DeviceExtension) = &volume;
    volume.device->Flags |= DO_DIRECT_IO;
    volume.device->SectorSize = volume.disk->SectorSize;
    const auto size = volume.client.volume_size();
    fill_vpb(*volume.disk->Vpb, *volume.device, purpose, size ? size->id : 0);
    volume.device->Flags &= ~static_cast<ULONG>(DO_DEVICE_INITIALIZING);
    volume.disk->Flags &= ~static_cast<ULONG>(DO_DEVICE_INITIALIZING);
    return STATUS_SUCCESS;
}

NTSTATUS make_names(const Purpose& purpose) {
    if (purpose.letter == nullptr) return STATUS_SUCCESS;
    UNICODE_STRING letter = string_of(purpose.letter), device = string_of(purpose.device);
    const NTSTATUS status = IoCreateSymbolicLink(&letter, &device);
    if (status < 0) return status;
    UNICODE_STRING root = string_of(u"\\SystemRoot"), windows = string_of(u"\\Device\\HarddiskVolume1\\Windows");
    return IoCreateSymbolicLink(&root, &windows);
}

const Purpose* purpose_of(std::string_view tag) {
    for (const Purpose& purpose : kPurposes) {
        if (purpose.tag == tag) return &purpose;
    }
    return nullptr;
}

Result<void> mount(DRIVER_OBJECT& driver, Volume& volume, ULONG slot) {
    RSL_TRY(volume.client.connect(slot));
    const Purpose* purpose = purpose_of(volume.client.tag());
    if (purpose == nullptr) return Status::kNotFound;
    if (const NTSTATUS status = make_devices(driver, volume, *purpose); status < 0) return Status(status);
    if (const NTSTATUS status = make_names(*purpose); status < 0) return Status(status);
    return {};
}

}  // namespace

Result<void*> Request::system_buffer() const {
    if (irp.MdlAddress == nullptr) {
        if (irp.RequestorMode == KernelMode && irp.UserBuffer != nullptr) return irp.UserBuffer;
        return Status(STATUS_INVALID_USER_BUFFER);
    }
    if ((irp.MdlAddress->MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)) != 0) {
        return irp.MdlAddress->MappedSystemVa;
    }
    constexpr ULONG kNormalPagePriority = 16;
    void* mapped = MmMapLockedPagesSpecifyCache(irp.MdlAddress, KernelMode, MmCached, nullptr, FALSE, kNormalPagePriority);
    if (mapped == nullptr) return Status::kInsufficientResources;
    return mapped;
}

}  // namespace rsl::hostfs

extern "C" NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING) {
    using namespace rsl::hostfs;
    for (auto& routine : driver->MajorFunction) routine = &dispatch;
    ULONG slot = 0;
    for (ULONG index = 0; rsl::virtio::PciTransport::find(Channel::kDeviceType, index, slot); ++index) {
        auto volume = make<Volume>();
        if (!volume) return volume.failure().nt();
        const auto mounted = mount(*driver, **volume, slot);
        if (mounted) continue;
        DbgPrint("hostfs: the folder of PCI slot %u cannot be mounted: 0x%08x\n", static_cast<unsigned>(slot),
                 static_cast<unsigned>(mounted.failure().nt()));
        (*volume)->client.disconnect();
        ExDeleteResourceLite(&(*volume)->lock);
        unmake(*volume);
    }
    return STATUS_SUCCESS;
}

// SPDX-License-Identifier: GPL-2.0-only
// A partition as a device of its own: at the bottom of its stack, its requests go to the disk's.
#include <cstring>
#include <new>

#include "classes/disk/disk.hpp"

namespace rsl::disk {
namespace {

constexpr GUID kVolumeInterface = {
    0x53f5630d, 0xb6bf, 0x11d0, {0x94, 0xf2, 0x00, 0xa0, 0xc9, 0x1e, 0xfb, 0x8b}};
constexpr GUID kPartitionInterface = {
    0x53f5630a, 0xb6bf, 0x11d0, {0x94, 0xf2, 0x00, 0xa0, 0xc9, 0x1e, 0xfb, 0x8b}};
// GUID_BUS_TYPE_INTERNAL, wdmguid.h
constexpr GUID kBusTypeInternal = {
    0x1530ea73, 0x086b, 0x11d1, {0xa0, 0x9f, 0x00, 0xc0, 0x4f, 0xc3, 0x40, 0xb1}};

NTSTATUS NTAPI on_disk_done(PDEVICE_OBJECT, PIRP irp, PVOID context) {
    if (irp->PendingReturned) location_of(irp).Control |= SL_PENDING_RETURNED;  // IoMarkIrpPending
    leave(static_cast<Volume*>(context)->requests, irp);
    return STATUS_SUCCESS;
}

/// To the top of the disk's stack. The volume is held until the disk is done.
NTSTATUS forward(Volume& volume, PIRP irp) {
    PDEVICE_OBJECT top = IoGetAttachedDeviceReference(volume.disk->self);
    if (irp->CurrentLocation - 1 <
        top->StackSize) {  // a filter came to the disk after the volume had started
        ObfDereferenceObject(top);
        complete(irp, STATUS_INSUFFICIENT_RESOURCES);
        leave(volume.requests, irp);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    copy_location_to_next(irp, &on_disk_done, &volume);
    const NTSTATUS status = IofCallDriver(top, irp);
    ObfDereferenceObject(top);
    return status;
}

NTSTATUS transfer(Volume& volume, PIRP irp) {
    auto& parameters = location_of(irp).Parameters.Read;
    const auto offset = static_cast<uint64_t>(parameters.ByteOffset.QuadPart);
    if (offset > volume.partition.bytes || parameters.Length > volume.partition.bytes - offset) {
        complete(irp, STATUS_INVALID_PARAMETER);
        leave(volume.requests, irp);
        return STATUS_INVALID_PARAMETER;
    }
    parameters.ByteOffset.QuadPart += static_cast<LONGLONG>(volume.partition.offset);
    return forward(volume, irp);
}

NTSTATUS answer_done(Volume& volume, PIRP irp, const void* data, ULONG bytes) {
    const NTSTATUS status = answer(irp, data, bytes);
    leave(volume.requests, irp);
    return status;
}

NTSTATUS query_device_name(Volume& volume, PIRP irp) {
    const std::u16string_view name = volume.device_name.view();
    const ULONG room = location_of(irp).Parameters.DeviceIoControl.OutputBufferLength;
    const auto bytes = static_cast<USHORT>(name.size() * sizeof(char16_t));
    if (room < sizeof(MOUNTDEV_NAME)) return complete(irp, STATUS_BUFFER_TOO_SMALL);
    auto& out = *static_cast<MOUNTDEV_NAME*>(irp->AssociatedIrp.SystemBuffer);
    out.NameLength = bytes;
    if (room < offsetof(MOUNTDEV_NAME, Name) + bytes)
        return complete(irp, STATUS_BUFFER_OVERFLOW, sizeof(MOUNTDEV_NAME));
    std::memcpy(out.Name, name.data(), bytes);
    return complete(irp, STATUS_SUCCESS, offsetof(MOUNTDEV_NAME, Name) + bytes);
}

/// The same for a partition whenever it is there: its GUID, or its disk's signature and its place.
NTSTATUS query_unique_id(Volume& volume, PIRP irp) {
    UCHAR id[16] = {};
    lock_layout(*volume.disk);
    const Layout& layout = *volume.disk->layout;
    if (layout.style == Style::kGpt) {
        std::memcpy(id, volume.partition.id.bytes, sizeof(id));
    } else {
        std::memcpy(id, &layout.signature, sizeof(layout.signature));
        std::memcpy(id + 4, &volume.partition.offset, sizeof(volume.partition.offset));
    }
    const USHORT bytes = layout.style == Style::kGpt ? 16 : 12;
    unlock_layout(*volume.disk);
    const ULONG room = location_of(irp).Parameters.DeviceIoControl.OutputBufferLength;
    if (room < sizeof(MOUNTDEV_UNIQUE_ID)) return complete(irp, STATUS_BUFFER_TOO_SMALL);
    auto& out = *static_cast<MOUNTDEV_UNIQUE_ID*>(irp->AssociatedIrp.SystemBuffer);
    out.UniqueIdLength = bytes;
    if (room < offsetof(MOUNTDEV_UNIQUE_ID, UniqueId) + bytes)
        return complete(irp, STATUS_BUFFER_OVERFLOW, sizeof(MOUNTDEV_UNIQUE_ID));
    std::memcpy(out.UniqueId, id, bytes);
    return complete(irp, STATUS_SUCCESS, offsetof(MOUNTDEV_UNIQUE_ID, UniqueId) + bytes);
}

// ---- Plug and play

NTSTATUS answer_text(PIRP irp, const Name& text, bool list = false) {
    const size_t units = text.view().size() + (list ? 2 : 1);
    auto* const copy = static_cast<char16_t*>(
        ExAllocatePool2(POOL_FLAG_NON_PAGED, units * sizeof(char16_t), kTag));
    if (copy == nullptr) return complete(irp, STATUS_INSUFFICIENT_RESOURCES);
    text.view().copy(copy, text.view().size());  // the rest is zeroed
    return complete(irp, STATUS_SUCCESS, reinterpret_cast<ULONG_PTR>(copy));
}

NTSTATUS query_id(const Volume& volume, PIRP irp) {
    switch (location_of(irp).Parameters.QueryId.IdType) {
        case BusQueryDeviceID:
            return answer_text(irp, Name().add(u"STORAGE\\Volume"));
        case BusQueryHardwareIDs:
            return answer_text(irp, Name().add(u"STORAGE\\Volume"), true);
        case BusQueryInstanceID:
            return answer_text(irp, Name()
                                        .add_hex(volume.partition.offset, 16)
                                        .add(u"_")
                                        .add_hex(volume.partition.bytes, 16));
        default:
            return complete_unchanged(irp);
    }
}

NTSTATUS query_capabilities(PIRP irp) {
    DEVICE_CAPABILITIES& capabilities =
        *location_of(irp).Parameters.DeviceCapabilities.Capabilities;
    if (capabilities.Version != 1 || capabilities.Size < sizeof(DEVICE_CAPABILITIES))
        return complete(irp, STATUS_UNSUCCESSFUL);
    capabilities.RawDeviceOK = 1;  // it works without a function driver
    capabilities.UniqueID = 0;
    capabilities.SilentInstall = 1;
    capabilities.DeviceState[PowerSystemWorking] = PowerDeviceD0;
    for (int state = PowerSystemSleeping1; state < PowerSystemMaximum; ++state)
        capabilities.DeviceState[state] = PowerDeviceD3;
    return complete(irp, STATUS_SUCCESS);
}

NTSTATUS query_bus(const Volume& volume, PIRP irp) {
    auto* bus = static_cast<PNP_BUS_INFORMATION*>(
        ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(PNP_BUS_INFORMATION), kTag));
    if (bus == nullptr) return complete(irp, STATUS_INSUFFICIENT_RESOURCES);
    *bus = {kBusTypeInternal, PNPBus, volume.disk->number};
    return complete(irp, STATUS_SUCCESS, reinterpret_cast<ULONG_PTR>(bus));
}

NTSTATUS target_relation(const Volume& volume, PIRP irp) {
    auto* relations = static_cast<DEVICE_RELATIONS*>(
        ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(DEVICE_RELATIONS), kTag));
    if (relations == nullptr) return complete(irp, STATUS_INSUFFICIENT_RESOURCES);
    ObfReferenceObject(volume.self);
    relations->Count = 1;
    relations->Objects[0] = volume.self;
    return complete(irp, STATUS_SUCCESS, reinterpret_cast<ULONG_PTR>(relations));
}

void show_interfaces(Volume& volume, bool shown) {
    const GUID* const classes[] = {&kVolumeInterface, &kPartitionInterface};
    for (int i = 0; i < 2; ++i) {
        UNICODE_STRING& name = volume.interfaces[i];
        if (shown && name.Buffer == nullptr)
            IoRegisterDeviceInterface(volume.self, classes[i], nullptr, &name);
        if (name.Buffer != nullptr) IoSetDeviceInterfaceState(&name, shown);
    }
}

NTSTATUS start(Volume& volume, PIRP irp) {
    // Filters of the disk have come since it was made.
    PDEVICE_OBJECT top = IoGetAttachedDeviceReference(volume.disk->self);
    volume.self->StackSize = static_cast<CCHAR>(top->StackSize + 1);
    ObfDereferenceObject(top);
    if (!volume.started) show_interfaces(volume, true);
    volume.started = true;
    return complete(irp, STATUS_SUCCESS);
}

NTSTATUS remove(Volume& volume, PIRP irp) {
    if (volume.started) show_interfaces(volume, false);
    volume.started = false;
    if (volume.disk == nullptr)
        return complete(irp, STATUS_SUCCESS);  // gone with its disk already; somebody had it open
    const bool stays = volume.reported && !volume.gone;
    const NTSTATUS status = complete(irp, STATUS_SUCCESS);
    if (!stays) delete_volume(volume);
    return status;
}

uint32_t create_named(Disk& disk, PDEVICE_OBJECT* device, Name& name) {
    constexpr uint32_t kMostVolumes = 1000;
    for (uint32_t number = 1; number < kMostVolumes; ++number) {  // C: may be the first
        name = Name().add(u"\\Device\\HarddiskVolume").add_number(number);
        UNICODE_STRING text = name.nt();
        const NTSTATUS status =
            IoCreateDevice(disk.self->DriverObject, sizeof(Volume), &text, FILE_DEVICE_DISK,
                           FILE_DEVICE_SECURE_OPEN, FALSE, device);
        if (NT_SUCCESS(status)) return number;
        if (status != STATUS_OBJECT_NAME_COLLISION) return 0;
    }
    return 0;
}

void link(Volume& volume, int index, const Name& name) {
    UNICODE_STRING from = name.nt(), to = volume.device_name.nt();
    if (NT_SUCCESS(IoCreateSymbolicLink(&from, &to))) volume.links[index] = name;
}

}  // namespace

NTSTATUS make_volume(Disk& disk, const Partition& partition) {
    PDEVICE_OBJECT device = nullptr;
    Name name;
    const uint32_t number = create_named(disk, &device, name);
    if (number == 0) return STATUS_INSUFFICIENT_RESOURCES;
    auto& volume = *::new (device->DeviceExtension) Volume{};
    volume.kind = Kind::kVolume;
    volume.self = device;
    volume.disk = &disk;
    volume.reported = true;
    volume.volume_number = number;
    volume.partition = partition;
    volume.device_name = name;
    IoInitializeRemoveLockEx(&volume.requests, kTag, 0, 0, sizeof(volume.requests));
    link(volume, 0,
         Name()
             .add(u"\\Device\\Harddisk")
             .add_number(disk.number)
             .add(u"\\Partition")
             .add_number(partition.number));
    link(volume, 1,
         Name()
             .add(u"\\??\\Harddisk")
             .add_number(disk.number)
             .add(u"Partition")
             .add_number(partition.number));
    link(volume, 2, Name().add(u"\\??\\HarddiskVolume").add_number(number));
    device->Flags |= DO_DIRECT_IO | DO_POWER_PAGABLE;
    device->SectorSize = static_cast<USHORT>(disk.sector_bytes);
    device->StackSize = static_cast<CCHAR>(disk.self->StackSize + 1);
    device->Flags &= ~static_cast<ULONG>(DO_DEVICE_INITIALIZING);
    Volume** last = &disk.volumes;
    while (*last != nullptr) last = &(*last)->next;
    *last = &volume;
    return STATUS_SUCCESS;
}

void remove_links(Volume& volume) {
    for (Name& name : volume.links) {
        UNICODE_STRING text = name.nt();
        if (!name.view().empty()) IoDeleteSymbolicLink(&text);
        name = {};
    }
}

void delete_volume(Volume& volume) {
    Disk& disk = *volume.disk;
    volume.gone = true;
    lock_layout(disk);
    for (Volume** at = &disk.volumes; *at != nullptr; at = &(*at)->next) {
        if (*at != &volume) continue;
        *at = volume.next;
        break;
    }
    unlock_layout(disk);
    if (NT_SUCCESS(enter(volume.requests, &volume)))
        IoReleaseRemoveLockAndWaitEx(&volume.requests, &volume, sizeof(volume.requests));
    remove_links(volume);
    for (UNICODE_STRING& name : volume.interfaces) RtlFreeUnicodeString(&name);
    volume.disk = nullptr;
    IoDeleteDevice(volume.self);  // goes once nobody has it open; its requests fail until then
}

NTSTATUS request_of_volume(Volume& volume, PIRP irp) {
    if (volume.gone || !NT_SUCCESS(enter(volume.requests, irp)))
        return complete(irp, STATUS_NO_SUCH_DEVICE);
    switch (location_of(irp).MajorFunction) {
        case IRP_MJ_READ:
        case IRP_MJ_WRITE:
            return transfer(volume, irp);
        default:
            return forward(volume, irp);
    }
}

NTSTATUS control_of_volume(Volume& volume, PIRP irp) {
    if (volume.gone || !NT_SUCCESS(enter(volume.requests, irp)))
        return complete(irp, STATUS_NO_SUCH_DEVICE);
    Disk& disk = *volume.disk;
    NTSTATUS status = STATUS_SUCCESS;
    switch (location_of(irp).Parameters.DeviceIoControl.IoControlCode) {
        case IOCTL_DISK_GET_LENGTH_INFO: {
            const GET_LENGTH_INFORMATION length = {
                {.QuadPart = static_cast<LONGLONG>(volume.partition.bytes)}};
            return answer_done(volume, irp, &length, sizeof(length));
        }
        case IOCTL_DISK_GET_PARTITION_INFO: {
            PARTITION_INFORMATION out;
            describe(volume.partition, out);
            return answer_done(volume, irp, &out, sizeof(out));
        }
        case IOCTL_DISK_GET_PARTITION_INFO_EX: {
            PARTITION_INFORMATION_EX out;
            lock_layout(disk);
            describe(disk, volume.partition, out);
            unlock_layout(disk);
            return answer_done(volume, irp, &out, sizeof(out));
        }
        case IOCTL_STORAGE_GET_DEVICE_NUMBER: {
            const STORAGE_DEVICE_NUMBER number = {FILE_DEVICE_DISK, disk.number,
                                                  volume.partition.number};
            return answer_done(volume, irp, &number, sizeof(number));
        }
        case IOCTL_VOLUME_GET_VOLUME_DISK_EXTENTS: {
            VOLUME_DISK_EXTENTS out = {};
            out.NumberOfDiskExtents = 1;
            out.Extents[0].DiskNumber = disk.number;
            out.Extents[0].StartingOffset.QuadPart = static_cast<LONGLONG>(volume.partition.offset);
            out.Extents[0].ExtentLength.QuadPart = static_cast<LONGLONG>(volume.partition.bytes);
            return answer_done(volume, irp, &out, sizeof(out));
        }
        case IOCTL_VOLUME_ONLINE:
            status = complete(irp, STATUS_SUCCESS);
            break;
        case IOCTL_VOLUME_IS_OFFLINE:
            status = complete(irp, STATUS_UNSUCCESSFUL);
            break;  // as documented: it is not
        case IOCTL_MOUNTDEV_QUERY_DEVICE_NAME:
            status = query_device_name(volume, irp);
            break;
        case IOCTL_MOUNTDEV_QUERY_UNIQUE_ID:
            status = query_unique_id(volume, irp);
            break;
        default:
            return forward(volume, irp);  // what the disk knows
    }
    leave(volume.requests, irp);
    return status;
}

NTSTATUS pnp_of_volume(Volume& volume, PIRP irp) {
    const IO_STACK_LOCATION& location = location_of(irp);
    switch (location.MinorFunction) {
        case IRP_MN_START_DEVICE:
            return start(volume, irp);
        case IRP_MN_SURPRISE_REMOVAL:
            if (volume.started) show_interfaces(volume, false);
            volume.started = false;
            volume.gone = true;
            return complete(irp, STATUS_SUCCESS);
        case IRP_MN_REMOVE_DEVICE:
            return remove(volume, irp);
        case IRP_MN_QUERY_STOP_DEVICE:
        case IRP_MN_CANCEL_STOP_DEVICE:
        case IRP_MN_STOP_DEVICE:
        case IRP_MN_QUERY_REMOVE_DEVICE:
        case IRP_MN_CANCEL_REMOVE_DEVICE:
        case IRP_MN_DEVICE_USAGE_NOTIFICATION:
            return complete(irp, STATUS_SUCCESS);
        case IRP_MN_QUERY_ID:
            return query_id(volume, irp);
        case IRP_MN_QUERY_CAPABILITIES:
            return query_capabilities(irp);
        case IRP_MN_QUERY_BUS_INFORMATION:
            return query_bus(volume, irp);
        case IRP_MN_QUERY_DEVICE_TEXT:
            if (location.Parameters.QueryDeviceText.DeviceTextType != DeviceTextDescription)
                return complete_unchanged(irp);
            return answer_text(irp, Name()
                                        .add(u"Volume ")
                                        .add_number(volume.volume_number)
                                        .add(u", partition ")
                                        .add_number(volume.partition.number)
                                        .add(u" of disk ")
                                        .add_number(volume.disk->number));
        case IRP_MN_QUERY_DEVICE_RELATIONS:
            if (location.Parameters.QueryDeviceRelations.Type != TargetDeviceRelation)
                return complete_unchanged(irp);
            return target_relation(volume, irp);
        default:
            return complete_unchanged(irp);
    }
}

}  // namespace rsl::disk

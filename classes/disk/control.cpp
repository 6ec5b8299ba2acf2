// SPDX-License-Identifier: GPL-2.0-only
// IRP_MJ_DEVICE_CONTROL of a disk. All are METHOD_BUFFERED; whoever has too small a buffer hears
// so.
#include <algorithm>
#include <cstring>

#include "classes/disk/disk.hpp"

namespace rsl::disk {
namespace {

// The geometry that everybody makes up for disks without one.
constexpr ULONG kHeads = 255, kSectorsPerTrack = 63;

DISK_GEOMETRY geometry_of(const Disk& disk) {
    DISK_GEOMETRY geometry = {};
    geometry.MediaType = FixedMedia;
    geometry.TracksPerCylinder = kHeads;
    geometry.SectorsPerTrack = kSectorsPerTrack;
    geometry.BytesPerSector = disk.sector_bytes;
    geometry.Cylinders.QuadPart =
        static_cast<LONGLONG>(disk.bytes / disk.sector_bytes / (kHeads * kSectorsPerTrack));
    return geometry;
}

/// DISK_PARTITION_INFO and DISK_DETECTION_INFO, which follow in Data when there is room.
struct GeometryExtra {
    ULONG partition_info_bytes, style;
    GUID id;  // or Signature and CheckSum
    ULONG detection_bytes, detection_type;
    UCHAR detection[48];
};
static_assert(sizeof(GeometryExtra) == 24 + 56);

NTSTATUS get_geometry_ex(Disk& disk, PIRP irp) {
    struct Answer {
        DISK_GEOMETRY geometry;
        LARGE_INTEGER bytes;
        GeometryExtra extra;
    } whole = {};
    static_assert(sizeof(Answer) == 112);
    const ULONG room = location_of(irp).Parameters.DeviceIoControl.OutputBufferLength;
    constexpr ULONG kWithoutExtra = offsetof(DISK_GEOMETRY_EX, Data);
    if (room < kWithoutExtra) return complete(irp, STATUS_BUFFER_TOO_SMALL);
    whole.geometry = geometry_of(disk);
    whole.bytes.QuadPart = static_cast<LONGLONG>(disk.bytes);
    whole.extra.partition_info_bytes = 24;
    whole.extra.detection_bytes = 56;
    whole.extra.style = PARTITION_STYLE_RAW;
    lock_layout(disk);
    if (disk.layout != nullptr) {
        whole.extra.style = static_cast<ULONG>(disk.layout->style);
        if (disk.layout->style == Style::kGpt)
            std::memcpy(&whole.extra.id, disk.layout->disk_id.bytes, sizeof(GUID));
        else
            std::memcpy(&whole.extra.id, &disk.layout->signature, sizeof(ULONG));
    }
    unlock_layout(disk);
    const ULONG bytes = std::min<ULONG>(room, sizeof(whole));
    std::memcpy(irp->AssociatedIrp.SystemBuffer, &whole, bytes);
    return complete(irp, STATUS_SUCCESS, bytes);
}

/// The disk's own partition information: partition 0, all of it.
Partition whole_of(const Disk& disk) {
    Partition partition;
    partition.bytes = disk.bytes;
    return partition;
}

/// A table that could not be read when the disk started is tried again.
NTSTATUS need_layout(Disk& disk) {
    if (disk.layout_known) return STATUS_SUCCESS;
    const NTSTATUS status = update_volumes(disk);
    if (NT_SUCCESS(status)) IoInvalidateDeviceRelations(disk.pdo, BusRelations);
    return status;
}

NTSTATUS get_layout(Disk& disk, PIRP irp) {
    if (const NTSTATUS known = need_layout(disk); !NT_SUCCESS(known)) return complete(irp, known);
    const ULONG room = location_of(irp).Parameters.DeviceIoControl.OutputBufferLength;
    NTSTATUS status = STATUS_BUFFER_TOO_SMALL;
    ULONG bytes = 0;
    lock_layout(disk);
    const Layout* const layout = disk.layout;
    if (layout->style == Style::kGpt) {
        status = STATUS_INVALID_DEVICE_REQUEST;  // as documented: this one does not know GPT
    } else {
        bytes = static_cast<ULONG>(offsetof(DRIVE_LAYOUT_INFORMATION, PartitionEntry) +
                                   layout->count * sizeof(PARTITION_INFORMATION));
        if (room >= std::max<ULONG>(bytes, sizeof(DRIVE_LAYOUT_INFORMATION))) {
            auto& out = *static_cast<DRIVE_LAYOUT_INFORMATION*>(irp->AssociatedIrp.SystemBuffer);
            out.PartitionCount = layout->count;
            out.Signature = layout->signature;
            for (uint32_t i = 0; i < layout->count; ++i)
                describe(layout->entries[i], out.PartitionEntry[i]);
            status = STATUS_SUCCESS;
        }
    }
    unlock_layout(disk);
    return complete(irp, status, NT_SUCCESS(status) ? bytes : 0);
}

void describe(const Disk& disk, const Layout& layout, DRIVE_LAYOUT_INFORMATION_EX& out) {
    out.PartitionStyle = static_cast<ULONG>(layout.style);
    out.PartitionCount = layout.count;
    if (layout.style == Style::kGpt) {
        std::memcpy(&out.Gpt.DiskId, layout.disk_id.bytes, sizeof(GUID));
        out.Gpt.StartingUsableOffset.QuadPart = static_cast<LONGLONG>(layout.usable_offset);
        out.Gpt.UsableLength.QuadPart = static_cast<LONGLONG>(layout.usable_bytes);
        out.Gpt.MaxPartitionCount = layout.most_partitions;
    } else {
        out.Mbr.Signature = layout.signature;
    }
    for (uint32_t i = 0; i < layout.count; ++i)
        rsl::disk::describe(disk, layout.entries[i], out.PartitionEntry[i]);
}

NTSTATUS get_layout_ex(Disk& disk, PIRP irp) {
    if (const NTSTATUS known = need_layout(disk); !NT_SUCCESS(known)) return complete(irp, known);
    const ULONG room = location_of(irp).Parameters.DeviceIoControl.OutputBufferLength;
    NTSTATUS status = STATUS_BUFFER_TOO_SMALL;
    lock_layout(disk);
    const auto bytes = static_cast<ULONG>(offsetof(DRIVE_LAYOUT_INFORMATION_EX, PartitionEntry) +
                                          disk.layout->count * sizeof(PARTITION_INFORMATION_EX));
    if (room >= bytes) {
        std::memset(irp->AssociatedIrp.SystemBuffer, 0, bytes);
        describe(disk, *disk.layout,
                 *static_cast<DRIVE_LAYOUT_INFORMATION_EX*>(irp->AssociatedIrp.SystemBuffer));
        status = STATUS_SUCCESS;
    }
    unlock_layout(disk);
    return complete(irp, status, NT_SUCCESS(status) ? bytes : 0);
}

/// As much of a descriptor as there is room for; its header says how big it is.
NTSTATUS answer_property(PIRP irp, const void* data, ULONG bytes) {
    const ULONG room = location_of(irp).Parameters.DeviceIoControl.OutputBufferLength;
    if (room < sizeof(STORAGE_DESCRIPTOR_HEADER)) return complete(irp, STATUS_INFO_LENGTH_MISMATCH);
    const ULONG copied = std::min(room, bytes);
    std::memcpy(irp->AssociatedIrp.SystemBuffer, data, copied);
    return complete(irp, STATUS_SUCCESS, copied);
}

NTSTATUS device_property(const Disk& disk, PIRP irp) {
    static constexpr char kVendor[] = "RSL", kProduct[] = "host disk", kRevision[] = "1";
    struct Whole {
        STORAGE_DEVICE_DESCRIPTOR head;
        char vendor[8], product[16], revision[4], serial[24];
    } whole = {};
    whole.head.Version = sizeof(STORAGE_DEVICE_DESCRIPTOR);
    whole.head.Size = sizeof(whole);
    whole.head.CommandQueueing = TRUE;
    whole.head.VendorIdOffset = offsetof(Whole, vendor);
    whole.head.ProductIdOffset = offsetof(Whole, product);
    whole.head.ProductRevisionOffset = offsetof(Whole, revision);
    whole.head.SerialNumberOffset = disk.serial[0] != 0 ? offsetof(Whole, serial) : 0;
    whole.head.BusType = BusTypeVirtual;
    std::memcpy(whole.vendor, kVendor, sizeof(kVendor));
    std::memcpy(whole.product, kProduct, sizeof(kProduct));
    std::memcpy(whole.revision, kRevision, sizeof(kRevision));
    std::memcpy(whole.serial, disk.serial, sizeof(disk.serial));
    return answer_property(irp, &whole, sizeof(whole));
}

NTSTATUS adapter_property(const Disk& disk, PIRP irp) {
    STORAGE_ADAPTER_DESCRIPTOR out = {};
    out.Version = out.Size = sizeof(out);
    // What goes in one piece; more is split here.
    out.MaximumPhysicalPages = disk.most_pieces;
    out.MaximumTransferLength = (disk.most_pieces - 1) * PAGE_SIZE;
    out.CommandQueueing = TRUE;
    out.BusType = BusTypeVirtual;
    out.BusMajorVersion = 1;
    return answer_property(irp, &out, sizeof(out));
}

NTSTATUS alignment_property(const Disk& disk, PIRP irp) {
    STORAGE_ACCESS_ALIGNMENT_DESCRIPTOR out = {};
    out.Version = out.Size = sizeof(out);
    out.BytesPerLogicalSector = disk.sector_bytes;
    out.BytesPerPhysicalSector = disk.physical_sector_bytes;
    return answer_property(irp, &out, sizeof(out));
}

NTSTATUS query_property(const Disk& disk, PIRP irp) {
    const auto& parameters = location_of(irp).Parameters.DeviceIoControl;
    if (parameters.InputBufferLength < offsetof(STORAGE_PROPERTY_QUERY, AdditionalParameters))
        return complete(irp, STATUS_INFO_LENGTH_MISMATCH);
    ULONG property, type;
    std::memcpy(&property, irp->AssociatedIrp.SystemBuffer, sizeof(property));
    std::memcpy(&type, static_cast<char*>(irp->AssociatedIrp.SystemBuffer) + sizeof(ULONG),
                sizeof(type));
    const bool known = property == StorageDeviceProperty || property == StorageAdapterProperty ||
                       property == StorageAccessAlignmentProperty;
    if (type == PropertyExistsQuery)
        return complete(irp, known ? STATUS_SUCCESS : STATUS_INVALID_DEVICE_REQUEST);
    if (type != PropertyStandardQuery) return complete(irp, STATUS_NOT_SUPPORTED);
    switch (property) {
        case StorageDeviceProperty:
            return device_property(disk, irp);
        case StorageAdapterProperty:
            return adapter_property(disk, irp);
        case StorageAccessAlignmentProperty:
            return alignment_property(disk, irp);
        default:
            return complete(irp, STATUS_INVALID_DEVICE_REQUEST);
    }
}

/// Somebody has written a partition table: volumes come and go.
NTSTATUS update_properties(Disk& disk, PIRP irp) {
    const NTSTATUS status = update_volumes(disk);
    if (NT_SUCCESS(status)) IoInvalidateDeviceRelations(disk.pdo, BusRelations);
    return complete(irp, status);
}

NTSTATUS get_partition_info(Disk& disk, PIRP irp) {
    PARTITION_INFORMATION out = {};
    describe(whole_of(disk), out);
    return answer(irp, &out, sizeof(out));
}
NTSTATUS get_partition_info_ex(Disk& disk, PIRP irp) {
    PARTITION_INFORMATION_EX out = {};
    lock_layout(disk);
    describe(disk, whole_of(disk), out);
    unlock_layout(disk);
    return answer(irp, &out, sizeof(out));
}

}  // namespace

NTSTATUS answer(PIRP irp, const void* data, ULONG bytes) {
    if (location_of(irp).Parameters.DeviceIoControl.OutputBufferLength < bytes)
        return complete(irp, STATUS_BUFFER_TOO_SMALL);
    std::memcpy(irp->AssociatedIrp.SystemBuffer, data, bytes);
    return complete(irp, STATUS_SUCCESS, bytes);
}

void describe(const Disk& disk, const Partition& partition, PARTITION_INFORMATION_EX& out) {
    out = {};
    const Style style = disk.layout != nullptr ? disk.layout->style : Style::kRaw;
    out.PartitionStyle = static_cast<PARTITION_STYLE>(style);
    out.StartingOffset.QuadPart = static_cast<LONGLONG>(partition.offset);
    out.PartitionLength.QuadPart = static_cast<LONGLONG>(partition.bytes);
    out.PartitionNumber = partition.number;
    if (style == Style::kGpt) {
        std::memcpy(&out.Gpt.PartitionType, partition.type_id.bytes, sizeof(GUID));
        std::memcpy(&out.Gpt.PartitionId, partition.id.bytes, sizeof(GUID));
        out.Gpt.Attributes = partition.attributes;
        std::memcpy(out.Gpt.Name, partition.name, sizeof(out.Gpt.Name));
    } else {
        out.Mbr.PartitionType = partition.type;
        out.Mbr.BootIndicator = partition.bootable;
        out.Mbr.RecognizedPartition = partition.number != 0;
        out.Mbr.HiddenSectors = partition.hidden_sectors;
    }
}

void describe(const Partition& partition, PARTITION_INFORMATION& out) {
    out = {};
    out.StartingOffset.QuadPart = static_cast<LONGLONG>(partition.offset);
    out.PartitionLength.QuadPart = static_cast<LONGLONG>(partition.bytes);
    out.HiddenSectors = partition.hidden_sectors;
    out.PartitionNumber = partition.number;
    out.PartitionType = partition.type;
    out.BootIndicator = partition.bootable;
    out.RecognizedPartition = partition.number != 0;
}

NTSTATUS control_of_disk(Disk& disk, PIRP irp) {
    switch (location_of(irp).Parameters.DeviceIoControl.IoControlCode) {
        case IOCTL_DISK_GET_DRIVE_GEOMETRY: {
            const DISK_GEOMETRY geometry = geometry_of(disk);
            return answer(irp, &geometry, sizeof(geometry));
        }
        case IOCTL_DISK_GET_DRIVE_GEOMETRY_EX:
            return get_geometry_ex(disk, irp);
        case IOCTL_DISK_GET_LENGTH_INFO: {
            const GET_LENGTH_INFORMATION length = {{.QuadPart = static_cast<LONGLONG>(disk.bytes)}};
            return answer(irp, &length, sizeof(length));
        }
        case IOCTL_DISK_GET_PARTITION_INFO:
            return get_partition_info(disk, irp);
        case IOCTL_DISK_GET_PARTITION_INFO_EX:
            return get_partition_info_ex(disk, irp);
        case IOCTL_DISK_GET_DRIVE_LAYOUT:
            return get_layout(disk, irp);
        case IOCTL_DISK_GET_DRIVE_LAYOUT_EX:
            return get_layout_ex(disk, irp);
        case IOCTL_DISK_SET_DRIVE_LAYOUT:
        case IOCTL_DISK_SET_DRIVE_LAYOUT_EX:
        case IOCTL_DISK_CREATE_DISK:
        case IOCTL_DISK_DELETE_DRIVE_LAYOUT:
            return repartition(disk, irp);
        case IOCTL_DISK_IS_WRITABLE:
            return complete(irp, disk.read_only ? STATUS_MEDIA_WRITE_PROTECTED : STATUS_SUCCESS);
        case IOCTL_DISK_UPDATE_PROPERTIES:
            return update_properties(disk, irp);
        case IOCTL_DISK_CHECK_VERIFY:
        case IOCTL_STORAGE_CHECK_VERIFY:
        case IOCTL_STORAGE_CHECK_VERIFY2: {
            // With room, how often the medium was changed: never.
            const ULONG changes = 0;
            if (location_of(irp).Parameters.DeviceIoControl.OutputBufferLength == 0)
                return complete(irp, STATUS_SUCCESS);
            return answer(irp, &changes, sizeof(changes));
        }
        case IOCTL_STORAGE_GET_DEVICE_NUMBER: {
            const STORAGE_DEVICE_NUMBER number = {FILE_DEVICE_DISK, disk.number, 0};
            return answer(irp, &number, sizeof(number));
        }
        case IOCTL_STORAGE_GET_HOTPLUG_INFO: {
            const STORAGE_HOTPLUG_INFO info = {sizeof(info), FALSE, FALSE, FALSE, FALSE};
            return answer(irp, &info, sizeof(info));
        }
        case IOCTL_STORAGE_QUERY_PROPERTY:
            return query_property(disk, irp);
        case IOCTL_SCSI_GET_ADDRESS: {
            const SCSI_ADDRESS address = {sizeof(address), static_cast<UCHAR>(disk.number), 0, 0,
                                          0};
            return answer(irp, &address, sizeof(address));
        }
        default:
            return complete(irp, STATUS_INVALID_DEVICE_REQUEST);
    }
}

}  // namespace rsl::disk

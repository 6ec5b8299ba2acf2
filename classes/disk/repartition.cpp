// SPDX-License-Identifier: GPL-2.0-only
// Control codes that write partition tables: whoever asks gives the whole layout, and volumes come
// and go with it.
#include <cstring>
#include <new>

#include "classes/disk/disk.hpp"
#include "classes/disk/disk_sectors.hpp"

namespace rsl::disk {
namespace {

/// A layout in pool memory: too big for a stack.
class OwnLayout {
  public:
    OwnLayout() {
        void* const memory = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(Layout), kTag);
        if (memory != nullptr) layout_ = ::new (memory) Layout;
    }
    ~OwnLayout() {
        if (layout_ != nullptr) ExFreePoolWithTag(layout_, kTag);
    }
    OwnLayout(const OwnLayout&) = delete;
    explicit operator bool() const { return layout_ != nullptr; }
    Layout& operator*() const { return *layout_; }
    Layout* operator->() const { return layout_; }

  private:
    Layout* layout_ = nullptr;
};

Partition partition_of(const PARTITION_INFORMATION& from) {
    Partition partition;
    if (from.PartitionType == 0) return partition;
    partition.offset = static_cast<uint64_t>(from.StartingOffset.QuadPart);
    partition.bytes = static_cast<uint64_t>(from.PartitionLength.QuadPart);
    partition.type = from.PartitionType;
    partition.bootable = from.BootIndicator != 0;
    return partition;
}

Partition partition_of(const PARTITION_INFORMATION_EX& from, Style style) {
    Partition partition;
    if (style == Style::kMbr && from.Mbr.PartitionType == 0) return partition;
    partition.offset = static_cast<uint64_t>(from.StartingOffset.QuadPart);
    partition.bytes = static_cast<uint64_t>(from.PartitionLength.QuadPart);
    if (style == Style::kMbr) {
        partition.type = from.Mbr.PartitionType;
        partition.bootable = from.Mbr.BootIndicator != 0;
    } else {
        std::memcpy(partition.type_id.bytes, &from.Gpt.PartitionType, sizeof(GUID));
        std::memcpy(partition.id.bytes, &from.Gpt.PartitionId, sizeof(GUID));
        partition.attributes = from.Gpt.Attributes;
        std::memcpy(partition.name, from.Gpt.Name, sizeof(partition.name));
    }
    return partition;
}

NTSTATUS write(Disk& disk, const Layout& layout) {
    if (disk.read_only) return STATUS_MEDIA_WRITE_PROTECTED;
    DiskSectors sectors(disk);
    if (!sectors.ready()) return STATUS_INSUFFICIENT_RESOURCES;
    const auto written = layout.style == Style::kRaw
                             ? erase_layout(sectors, sectors.scratch())
                             : write_layout(sectors, sectors.scratch(), layout);
    if (!written) return written.failure().nt();
    const NTSTATUS status = update_volumes(disk);
    if (NT_SUCCESS(status)) IoInvalidateDeviceRelations(disk.pdo, BusRelations);
    return status;
}

/// The number that the partition at this place has now.
ULONG number_at(Disk& disk, LARGE_INTEGER offset, LARGE_INTEGER length) {
    for (uint32_t i = 0; length.QuadPart != 0 && i < disk.layout->count; ++i) {
        const Partition& partition = disk.layout->entries[i];
        if (partition.bytes != 0 && partition.offset == static_cast<uint64_t>(offset.QuadPart))
            return partition.number;
    }
    return 0;
}

/// As much of the input as there is room for, with the new numbers.
template <typename Entry>
NTSTATUS answer_with_numbers(Disk& disk, PIRP irp, Entry* entries, ULONG count, ULONG bytes) {
    lock_layout(disk);
    for (ULONG i = 0; i < count; ++i)
        entries[i].PartitionNumber =
            number_at(disk, entries[i].StartingOffset, entries[i].PartitionLength);
    unlock_layout(disk);
    const ULONG room = location_of(irp).Parameters.DeviceIoControl.OutputBufferLength;
    return complete(irp, STATUS_SUCCESS, room < bytes ? room : bytes);
}

NTSTATUS set_layout(Disk& disk, PIRP irp, Layout& layout) {
    const ULONG given = location_of(irp).Parameters.DeviceIoControl.InputBufferLength;
    auto& in = *static_cast<DRIVE_LAYOUT_INFORMATION*>(irp->AssociatedIrp.SystemBuffer);
    constexpr ULONG kHead = offsetof(DRIVE_LAYOUT_INFORMATION, PartitionEntry);
    if (given < sizeof(DRIVE_LAYOUT_INFORMATION)) return complete(irp, STATUS_INFO_LENGTH_MISMATCH);
    if (in.PartitionCount > Layout::kMost ||
        given < kHead + in.PartitionCount * sizeof(PARTITION_INFORMATION))
        return complete(irp, STATUS_INVALID_PARAMETER);
    layout.style = Style::kMbr;
    layout.signature = in.Signature;
    layout.count = in.PartitionCount;
    for (ULONG i = 0; i < layout.count; ++i) layout.entries[i] = partition_of(in.PartitionEntry[i]);
    if (const NTSTATUS status = write(disk, layout); !NT_SUCCESS(status))
        return complete(irp, status);
    return answer_with_numbers(disk, irp, in.PartitionEntry, in.PartitionCount,
                               kHead + in.PartitionCount * sizeof(PARTITION_INFORMATION));
}

NTSTATUS set_layout_ex(Disk& disk, PIRP irp, Layout& layout) {
    const ULONG given = location_of(irp).Parameters.DeviceIoControl.InputBufferLength;
    auto& in = *static_cast<DRIVE_LAYOUT_INFORMATION_EX*>(irp->AssociatedIrp.SystemBuffer);
    constexpr ULONG kHead = offsetof(DRIVE_LAYOUT_INFORMATION_EX, PartitionEntry);
    if (given < kHead) return complete(irp, STATUS_INFO_LENGTH_MISMATCH);
    if (in.PartitionCount > Layout::kMost ||
        given < kHead + in.PartitionCount * sizeof(PARTITION_INFORMATION_EX))
        return complete(irp, STATUS_INFO_LENGTH_MISMATCH);
    if (in.PartitionStyle != PARTITION_STYLE_MBR && in.PartitionStyle != PARTITION_STYLE_GPT)
        return complete(irp, STATUS_INVALID_PARAMETER);
    layout.style = static_cast<Style>(in.PartitionStyle);
    layout.signature = in.Mbr.Signature;
    std::memcpy(layout.disk_id.bytes, &in.Gpt.DiskId, sizeof(GUID));
    layout.count = in.PartitionCount;
    for (ULONG i = 0; i < layout.count; ++i) {
        const PARTITION_INFORMATION_EX& entry = in.PartitionEntry[i];
        if (static_cast<ULONG>(entry.PartitionStyle) != in.PartitionStyle)
            return complete(irp, STATUS_INVALID_PARAMETER);
        layout.entries[i] = partition_of(entry, layout.style);
    }
    if (const NTSTATUS status = write(disk, layout); !NT_SUCCESS(status))
        return complete(irp, status);
    return answer_with_numbers(disk, irp, in.PartitionEntry, in.PartitionCount,
                               kHead + in.PartitionCount * sizeof(PARTITION_INFORMATION_EX));
}

NTSTATUS create_disk(Disk& disk, PIRP irp, Layout& layout) {
    if (location_of(irp).Parameters.DeviceIoControl.InputBufferLength < sizeof(CREATE_DISK))
        return complete(irp, STATUS_INFO_LENGTH_MISMATCH);
    const auto& in = *static_cast<const CREATE_DISK*>(irp->AssociatedIrp.SystemBuffer);
    if (static_cast<ULONG>(in.PartitionStyle) > PARTITION_STYLE_RAW)
        return complete(irp, STATUS_NOT_SUPPORTED);
    layout.style = static_cast<Style>(in.PartitionStyle);
    layout.signature = in.Mbr.Signature;
    std::memcpy(layout.disk_id.bytes, &in.Gpt.DiskId, sizeof(GUID));
    return complete(irp, write(disk, layout));
}

}  // namespace

NTSTATUS repartition(Disk& disk, PIRP irp) {
    const OwnLayout layout;
    if (!layout) return complete(irp, STATUS_INSUFFICIENT_RESOURCES);
    switch (location_of(irp).Parameters.DeviceIoControl.IoControlCode) {
        case IOCTL_DISK_SET_DRIVE_LAYOUT:
            return set_layout(disk, irp, *layout);
        case IOCTL_DISK_SET_DRIVE_LAYOUT_EX:
            return set_layout_ex(disk, irp, *layout);
        case IOCTL_DISK_CREATE_DISK:
            return create_disk(disk, irp, *layout);
        default:
            return complete(irp,
                            write(disk, *layout));  // IOCTL_DISK_DELETE_DRIVE_LAYOUT: a raw one
    }
}

}  // namespace rsl::disk

// SPDX-License-Identifier: GPL-2.0-only
// The disk's partitions, brought up to date: at the start, and when somebody says that the tables
// have changed.
#include <cstring>
#include <new>

#include "classes/disk/disk.hpp"
#include "classes/disk/disk_sectors.hpp"

namespace rsl::disk {
namespace {

NTSTATUS read_into(Disk& disk, Layout& layout) {
    DiskSectors sectors(disk);
    if (!sectors.ready()) return STATUS_INSUFFICIENT_RESOURCES;
    return read_layout(sectors, sectors.scratch(), layout).status().nt();
}

bool is_same(const Partition& a, const Partition& b) {
    return a.number == b.number && a.offset == b.offset && a.bytes == b.bytes && a.type == b.type &&
           a.type_id == b.type_id && a.id == b.id;
}

const Volume* find_volume(const Disk& disk, const Partition& partition) {
    for (const Volume* volume = disk.volumes; volume != nullptr; volume = volume->next) {
        if (volume->reported && is_same(volume->partition, partition)) return volume;
    }
    return nullptr;
}

void match_volumes(Disk& disk) {
    for (Volume* volume = disk.volumes; volume != nullptr; volume = volume->next) {
        const Partition* const now = disk.layout->find(volume->partition.number);
        if (now == nullptr || !is_same(*now, volume->partition)) {
            volume->reported = false;
            remove_links(*volume);
        }
    }
    for (uint32_t i = 0; i < disk.layout->count; ++i) {
        const Partition& partition = disk.layout->entries[i];
        if (partition.number == 0 || find_volume(disk, partition) != nullptr) continue;
        if (const NTSTATUS status = make_volume(disk, partition); !NT_SUCCESS(status)) {
            DbgPrint("disk: partition %u of disk %u cannot be shown: 0x%08x\n",
                     static_cast<unsigned>(partition.number), static_cast<unsigned>(disk.number),
                     static_cast<unsigned>(status));
        }
    }
}

}  // namespace

NTSTATUS update_volumes(Disk& disk) {
    void* const memory = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(Layout), kTag);
    if (memory == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    auto* const fresh = ::new (memory) Layout;
    const NTSTATUS status = read_into(disk, *fresh);
    if (!NT_SUCCESS(status)) {
        // What is known stays; a disk whose tables were never read has no partitions.
        DbgPrint("disk: the partition table of disk %u cannot be read: 0x%08x\n",
                 static_cast<unsigned>(disk.number), static_cast<unsigned>(status));
        ExFreePoolWithTag(memory, kTag);
        return status;
    }
    lock_layout(disk);
    Layout* const old = disk.layout;
    disk.layout = fresh;
    disk.layout_known = true;
    match_volumes(disk);
    unlock_layout(disk);
    if (old != nullptr) ExFreePoolWithTag(old, kTag);
    return STATUS_SUCCESS;
}

}  // namespace rsl::disk

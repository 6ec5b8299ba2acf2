// SPDX-License-Identifier: GPL-2.0-only
// The disk's life: added, started, stopped, removed; its names; what it reports.
#include <new>

#include "classes/disk/disk.hpp"

namespace rsl::disk {
namespace {

constexpr GUID kDiskInterface = {
    0x53f56307, 0xb6bf, 0x11d0, {0x94, 0xf2, 0x00, 0xa0, 0xc9, 0x1e, 0xfb, 0x8b}};

// Numbers in use. AddDevice and removal come one at a time.
constinit ULONG64 numbers = 0;

bool take_number(uint32_t& number) {
    for (number = 0; number < 64; ++number) {
        if ((numbers >> number & 1) != 0) continue;
        numbers |= ULONG64{1} << number;
        ++IoGetConfigurationInformation()->DiskCount;
        return true;
    }
    return false;
}
void give_number(uint32_t number) {
    numbers &= ~(ULONG64{1} << number);
    --IoGetConfigurationInformation()->DiskCount;
}

Name folder_of(uint32_t number) { return Name().add(u"\\Device\\Harddisk").add_number(number); }

NTSTATUS make_directory(uint32_t number, HANDLE* directory) {
    const Name folder = folder_of(number);
    UNICODE_STRING name = folder.nt();
    OBJECT_ATTRIBUTES attributes = {sizeof(attributes),
                                    nullptr,
                                    &name,
                                    OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE | OBJ_OPENIF,
                                    nullptr,
                                    nullptr};
    return ZwCreateDirectoryObject(directory, DIRECTORY_ALL_ACCESS, &attributes);
}

void make_link(Name& link, const Name& name, const Name& target) {
    UNICODE_STRING from = name.nt(), to = target.nt();
    if (NT_SUCCESS(IoCreateSymbolicLink(&from, &to))) link = name;
}

NTSTATUS create(PDRIVER_OBJECT driver, uint32_t number, PDEVICE_OBJECT* fdo) {
    const Name name = folder_of(number).add(u"\\DR").add_number(number);
    UNICODE_STRING text = name.nt();
    const NTSTATUS status = IoCreateDevice(driver, sizeof(Disk), &text, FILE_DEVICE_DISK,
                                           FILE_DEVICE_SECURE_OPEN, FALSE, fdo);
    if (!NT_SUCCESS(status)) return status;
    auto& disk = *::new ((*fdo)->DeviceExtension) Disk{};
    disk.kind = Kind::kDisk;
    disk.self = *fdo;
    disk.number = number;
    disk.device_name = name;
    IoInitializeRemoveLockEx(&disk.requests, kTag, 0, 0, sizeof(disk.requests));
    KeInitializeMutex(&disk.layout_lock, 0);
    initialize_requests(disk);
    return STATUS_SUCCESS;
}

/// Everything that add_device() made.
void discard(Disk& disk) {
    for (Name& name : disk.links) {
        UNICODE_STRING text = name.nt();
        if (!name.view().empty()) IoDeleteSymbolicLink(&text);
    }
    if (disk.directory != nullptr) ZwClose(disk.directory);
    if (disk.layout != nullptr) ExFreePoolWithTag(disk.layout, kTag);
    if (disk.slot_memory != nullptr) MmFreeContiguousMemory(disk.slot_memory);
    RtlFreeUnicodeString(&disk.interface_name);
    give_number(disk.number);
    if (disk.below != nullptr) IoDetachDevice(disk.below);
    IoDeleteDevice(disk.self);
}

NTSTATUS start(Disk& disk, PIRP irp) {
    NTSTATUS status = send_and_wait(disk.below, irp);
    if (NT_SUCCESS(status)) status = start_device(disk);
    if (!NT_SUCCESS(status)) return complete(irp, status);
    disk.self->SectorSize = static_cast<USHORT>(disk.sector_bytes);
    if (!disk.layout_known) update_volumes(disk);  // a disk whose table cannot be read is a disk
    if (disk.interface_name.Buffer == nullptr)
        IoRegisterDeviceInterface(disk.pdo, &kDiskInterface, nullptr, &disk.interface_name);
    if (disk.interface_name.Buffer != nullptr)
        IoSetDeviceInterfaceState(&disk.interface_name, TRUE);
    IoRegisterShutdownNotification(disk.self);
    return complete(irp, STATUS_SUCCESS);
}

NTSTATUS stop(Disk& disk, PIRP irp) {
    IoUnregisterShutdownNotification(disk.self);
    if (disk.interface_name.Buffer != nullptr)
        IoSetDeviceInterfaceState(&disk.interface_name, FALSE);
    stop_device(disk);
    irp->IoStatus.Status = STATUS_SUCCESS;
    return pass_down(disk.below, irp);
}

void go(Disk& disk) {
    if (disk.interface_name.Buffer != nullptr)
        IoSetDeviceInterfaceState(&disk.interface_name, FALSE);
    IoUnregisterShutdownNotification(disk.self);
    fail_device(disk);
}

NTSTATUS remove(Disk& disk, PIRP irp) {
    go(disk);
    // From here on nothing new gets in; what is inside has failed and leaves.
    IoReleaseRemoveLockAndWaitEx(&disk.requests, irp, sizeof(disk.requests));
    while (disk.volumes != nullptr) delete_volume(*disk.volumes);
    irp->IoStatus.Status = STATUS_SUCCESS;
    const NTSTATUS status = pass_down(disk.below, irp);
    discard(disk);
    return status;
}

NTSTATUS bus_relations(Disk& disk, PIRP irp) {
    lock_layout(disk);
    ULONG count = 0;
    for (Volume* volume = disk.volumes; volume != nullptr; volume = volume->next) ++count;
    auto* relations = static_cast<DEVICE_RELATIONS*>(ExAllocatePool2(
        POOL_FLAG_NON_PAGED, sizeof(DEVICE_RELATIONS) + count * sizeof(PDEVICE_OBJECT), kTag));
    for (Volume* volume = disk.volumes; relations != nullptr && volume != nullptr;
         volume = volume->next) {
        if (!volume->reported) continue;
        ObfReferenceObject(volume->self);
        relations->Objects[relations->Count++] = volume->self;
    }
    unlock_layout(disk);
    if (relations == nullptr) return complete(irp, STATUS_INSUFFICIENT_RESOURCES);
    irp->IoStatus.Status = STATUS_SUCCESS;
    irp->IoStatus.Information = reinterpret_cast<ULONG_PTR>(relations);
    return pass_down(disk.below, irp);
}

}  // namespace

NTSTATUS NTAPI add_device(PDRIVER_OBJECT driver, PDEVICE_OBJECT pdo) {
    uint32_t number;
    if (!take_number(number)) return STATUS_INSUFFICIENT_RESOURCES;
    HANDLE directory = nullptr;
    PDEVICE_OBJECT fdo = nullptr;
    NTSTATUS status = make_directory(number, &directory);
    if (NT_SUCCESS(status)) status = create(driver, number, &fdo);
    if (!NT_SUCCESS(status)) {
        if (directory != nullptr) ZwClose(directory);
        give_number(number);
        return status;
    }
    auto& disk = *static_cast<Disk*>(fdo->DeviceExtension);
    disk.directory = directory;
    disk.pdo = pdo;
    make_link(disk.links[0], folder_of(number).add(u"\\Partition0"), disk.device_name);
    make_link(disk.links[1], Name().add(u"\\??\\PhysicalDrive").add_number(number),
              disk.device_name);
    disk.below = IoAttachDeviceToDeviceStack(fdo, pdo);
    if (disk.below == nullptr) {
        discard(disk);
        return STATUS_NO_SUCH_DEVICE;
    }
    fdo->Flags |= DO_DIRECT_IO | (disk.below->Flags & DO_POWER_PAGABLE);
    fdo->Flags &= ~static_cast<ULONG>(DO_DEVICE_INITIALIZING);
    return STATUS_SUCCESS;
}

NTSTATUS pnp_of_disk(Disk& disk, PIRP irp) {
    const NTSTATUS entered = enter(disk.requests, irp);
    if (!NT_SUCCESS(entered)) return complete(irp, entered);
    const IO_STACK_LOCATION& location = location_of(irp);
    NTSTATUS status = STATUS_SUCCESS;
    switch (location.MinorFunction) {
        case IRP_MN_START_DEVICE:
            status = start(disk, irp);
            break;
        case IRP_MN_STOP_DEVICE:
            status = stop(disk, irp);
            break;
        case IRP_MN_REMOVE_DEVICE:
            return remove(disk, irp);  // which drops the lock for ever
        case IRP_MN_SURPRISE_REMOVAL:
            go(disk);
            irp->IoStatus.Status = STATUS_SUCCESS;
            status = pass_down(disk.below, irp);
            break;
        case IRP_MN_QUERY_DEVICE_RELATIONS:
            if (location.Parameters.QueryDeviceRelations.Type == BusRelations)
                status = bus_relations(disk, irp);
            else
                status = pass_down(disk.below, irp);
            break;
        case IRP_MN_QUERY_STOP_DEVICE:
        case IRP_MN_CANCEL_STOP_DEVICE:
        case IRP_MN_QUERY_REMOVE_DEVICE:
        case IRP_MN_CANCEL_REMOVE_DEVICE:
            irp->IoStatus.Status = STATUS_SUCCESS;
            status = pass_down(disk.below, irp);
            break;
        default:
            status = pass_down(disk.below, irp);
            break;
    }
    leave(disk.requests, irp);
    return status;
}

}  // namespace rsl::disk

/* SPDX-License-Identifier: GPL-2.0-only */
/* Mounting: a volume that is opened is offered to the registered file systems (IRP_MN_MOUNT_VOLUME, its page in the
 * Installable File System documentation), and belongs to RAW when none of them knows it. */
#include "devices.h"

#define DISK      L"\\Device\\ConformanceDisk"
#define LOCK      0x90018 /* FSCTL_LOCK_VOLUME, ... */
#define UNLOCK    0x9001C
#define DISMOUNT  0x90020
#define MOUNTED   0x90028
#define NOT_FSCTL 0x90FFC

static PDEVICE_OBJECT Disk, Control, Volume;
static PVPB SeenVpb;
static PDEVICE_OBJECT SeenTarget;
static NTSTATUS MountAnswer;
static ULONG Offers, DiskCreates, DiskReads, VolumeCreates, DiskControls;
static BOOLEAN SawName;

static NTSTATUS Mount(PIRP Irp, PIO_STACK_LOCATION At) {
    ++Offers;
    SeenVpb = At->Parameters.MountVolume.Vpb;
    SeenTarget = At->Parameters.MountVolume.DeviceObject;
    if (NT_SUCCESS(MountAnswer)) {
        SeenVpb->DeviceObject = Volume;
        SeenVpb->SerialNumber = 0x1234;
    }
    return Complete(Irp, MountAnswer, 0);
}
static NTSTATUS NTAPI Serve(PDEVICE_OBJECT Device, PIRP Irp) {
    PIO_STACK_LOCATION at = IoGetCurrentIrpStackLocation(Irp);
    if (Device == Control && at->MajorFunction == IRP_MJ_FILE_SYSTEM_CONTROL && at->MinorFunction == IRP_MN_MOUNT_VOLUME)
        return Mount(Irp, at);
    if (Device == Disk && at->MajorFunction == IRP_MJ_CREATE) ++DiskCreates;
    if (Device == Disk && at->MajorFunction == IRP_MJ_DEVICE_CONTROL) ++DiskControls;
    if (Device == Disk && at->MajorFunction == IRP_MJ_READ) {
        ++DiskReads;
        return Complete(Irp, STATUS_SUCCESS, at->Parameters.Read.Length);
    }
    if (Device == Volume && at->MajorFunction == IRP_MJ_CREATE) {
        ++VolumeCreates;
        SawName = at->FileObject->FileName.Length == sizeof(L"\\file") - sizeof(WCHAR);
    }
    return Complete(Irp, STATUS_SUCCESS, 0);
}

/* Direct I/O and one sector of 512 bytes, as disks have them. */
static BOOLEAN Begin(VOID) {
    UNICODE_STRING name;
    Offers = DiskCreates = DiskReads = VolumeCreates = DiskControls = 0;
    ConformanceDispatch = Serve;
    RtlInitUnicodeString(&name, DISK);
    if (!NT_SUCCESS(IoCreateDevice(ConformanceDriver, 0, &name, FILE_DEVICE_DISK, 0, FALSE, &Disk))) return FALSE;
    Disk->Flags |= DO_DIRECT_IO;
    Disk->Flags &= ~DO_DEVICE_INITIALIZING;
    CHECK(NT_SUCCESS(IoCreateDevice(ConformanceDriver, 0, NULL, FILE_DEVICE_DISK_FILE_SYSTEM, 0, FALSE, &Control)));
    Control->Flags &= ~DO_DEVICE_INITIALIZING;
    CHECK(NT_SUCCESS(IoCreateDevice(ConformanceDriver, 0, NULL, FILE_DEVICE_DISK_FILE_SYSTEM, 0, FALSE, &Volume)));
    Volume->Flags &= ~DO_DEVICE_INITIALIZING;
    return Control != NULL && Volume != NULL;
}
static VOID End(VOID) {
    IoDeleteDevice(Disk);
    IoDeleteDevice(Control);
    IoDeleteDevice(Volume);
    ConformanceDispatch = NULL;
}
static NTSTATUS OpenDisk(PHANDLE Handle, const WCHAR* Name, ACCESS_MASK Access, ULONG Share) {
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK outcome;
    RtlInitUnicodeString(&name, Name);
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    return ZwOpenFile(Handle, Access | SYNCHRONIZE, &attributes, &outcome, Share, FILE_SYNCHRONOUS_IO_NONALERT);
}
static NTSTATUS Fsctl(HANDLE File, ULONG Code) {
    IO_STATUS_BLOCK outcome;
    return ZwFsControlFile(File, NULL, NULL, NULL, &outcome, Code, NULL, 0, NULL, 0);
}

CONFORMANCE(IoRegisterFileSystem, IsOfferedAVolumeWhenItIsFirstOpened) {
    HANDLE file = NULL, again = NULL;
    PFILE_OBJECT object;
    REQUIRE(Begin());
    MountAnswer = STATUS_SUCCESS;
    IoRegisterFileSystem(Control);
    CHECK_STATUS(OpenDisk(&file, DISK L"\\file", FILE_READ_DATA, FILE_SHARE_READ), STATUS_SUCCESS);
    CHECK_EQ(Offers, 1);
    CHECK_EQ(SeenVpb, Disk->Vpb);
    CHECK_EQ(SeenTarget, Disk);
    CHECK(Disk->Vpb != NULL && (Disk->Vpb->Flags & VPB_MOUNTED) != 0);
    CHECK_EQ(VolumeCreates, 1);
    CHECK(SawName);
    CHECK_EQ(DiskCreates, 0);
    if (file != NULL) {
        CHECK_STATUS(ObReferenceObjectByHandle(file, 0, *IoFileObjectType, KernelMode, (PVOID*)&object, NULL), STATUS_SUCCESS);
        CHECK_EQ(object->Vpb, Disk->Vpb);
        CHECK_EQ(object->DeviceObject, Disk);
        CHECK_EQ(IoGetRelatedDeviceObject(object), Volume);
        CHECK_EQ(IoGetBaseFileSystemDeviceObject(object), Volume);
        ObDereferenceObject(object);
    }
    CHECK_STATUS(OpenDisk(&again, DISK L"\\file", FILE_READ_DATA, FILE_SHARE_READ), STATUS_SUCCESS);
    CHECK_EQ(Offers, 1);
    CHECK_EQ(VolumeCreates, 2);
    if (again != NULL) ZwClose(again);
    if (file != NULL) ZwClose(file);
    IoUnregisterFileSystem(Control);
    End();
}
CONFORMANCE(IoRegisterFileSystem, MayRefuseAVolumeWhichIsRawThen) {
    HANDLE file = NULL;
    REQUIRE(Begin());
    MountAnswer = STATUS_UNRECOGNIZED_VOLUME;
    IoRegisterFileSystem(Control);
    CHECK_STATUS(OpenDisk(&file, DISK L"\\file", FILE_READ_DATA, FILE_SHARE_READ), STATUS_UNRECOGNIZED_VOLUME);
    CHECK_STATUS(OpenDisk(&file, DISK, FILE_READ_DATA, FILE_SHARE_READ), STATUS_SUCCESS);
    CHECK_EQ(Offers, 1);
    CHECK_EQ(VolumeCreates + DiskCreates, 0);
    CHECK((Disk->Vpb->Flags & VPB_RAW_MOUNT) != 0);
    if (file != NULL) ZwClose(file);
    IoUnregisterFileSystem(Control);
    End();
}
CONFORMANCE(IoRegisterFileSystem, OfLowPriorityIsAskedAfterTheOthers) {
    HANDLE file = NULL;
    PDEVICE_OBJECT low = NULL;
    REQUIRE(Begin());
    REQUIRE(NT_SUCCESS(IoCreateDevice(ConformanceDriver, 0, NULL, FILE_DEVICE_DISK_FILE_SYSTEM, 0, FALSE, &low)));
    low->Flags |= 0x00010000; /* DO_LOW_PRIORITY_FILESYSTEM */
    low->Flags &= ~DO_DEVICE_INITIALIZING;
    MountAnswer = STATUS_SUCCESS;
    IoRegisterFileSystem(Control);
    IoRegisterFileSystem(low); /* would answer without a volume, and that is no mount */
    CHECK_STATUS(OpenDisk(&file, DISK, FILE_READ_DATA, FILE_SHARE_READ), STATUS_SUCCESS);
    CHECK_EQ(Offers, 1);
    CHECK_EQ(VolumeCreates, 1);
    if (file != NULL) ZwClose(file);
    IoUnregisterFileSystem(low);
    IoUnregisterFileSystem(Control);
    IoDeleteDevice(low);
    End();
}
CONFORMANCE(IoRegisterFileSystem, WantsAFileSystemsDevice) {
    HANDLE file = NULL;
    REQUIRE(Begin());
    Control->DeviceType = FILE_DEVICE_UNKNOWN;
    MountAnswer = STATUS_SUCCESS;
    IoRegisterFileSystem(Control);
    CHECK_STATUS(OpenDisk(&file, DISK, FILE_READ_DATA, FILE_SHARE_READ), STATUS_SUCCESS);
    CHECK_EQ(Offers, 0);
    if (file != NULL) ZwClose(file);
    End();
}
CONFORMANCE(IoUnregisterFileSystem, IsOfferedNothingAnyMore) {
    HANDLE file = NULL;
    REQUIRE(Begin());
    MountAnswer = STATUS_SUCCESS;
    IoRegisterFileSystem(Control);
    IoUnregisterFileSystem(Control);
    CHECK_STATUS(OpenDisk(&file, DISK, FILE_READ_DATA, FILE_SHARE_READ), STATUS_SUCCESS);
    CHECK_EQ(Offers, 0);
    if (file != NULL) ZwClose(file);
    End();
}
CONFORMANCE(IoRegisterFileSystem, IsNotAskedForAnOpenThatIsAboutTheDeviceOnly) {
    HANDLE file = NULL;
    PFILE_OBJECT object;
    REQUIRE(Begin());
    MountAnswer = STATUS_SUCCESS;
    IoRegisterFileSystem(Control);
    CHECK_STATUS(OpenDisk(&file, DISK, FILE_READ_ATTRIBUTES, FILE_SHARE_READ), STATUS_SUCCESS);
    CHECK_EQ(Offers, 0);
    CHECK_EQ(DiskCreates, 1);
    if (file != NULL) {
        CHECK_STATUS(ObReferenceObjectByHandle(file, 0, *IoFileObjectType, KernelMode, (PVOID*)&object, NULL), STATUS_SUCCESS);
        CHECK((object->Flags & FO_DIRECT_DEVICE_OPEN) != 0);
        CHECK_EQ(IoGetRelatedDeviceObject(object), Disk);
        ObDereferenceObject(object);
        ZwClose(file);
    }
    IoUnregisterFileSystem(Control);
    End();
}
CONFORMANCE(ZwFsControlFile, RawLeavesReadsAndControlsToTheDevice) {
    HANDLE file = NULL;
    IO_STATUS_BLOCK outcome;
    LARGE_INTEGER offset;
    FILE_FS_DEVICE_INFORMATION device;
    PVOID buffer = ExAllocatePoolWithTag(NonPagedPoolNx, 4096, CONFORMANCE_TAG);
    REQUIRE(buffer != NULL && Begin());
    REQUIRE(NT_SUCCESS(OpenDisk(&file, DISK, FILE_READ_DATA, FILE_SHARE_READ)));
    offset.QuadPart = 0;
    CHECK_STATUS(ZwReadFile(file, NULL, NULL, NULL, &outcome, buffer, 4096, &offset, NULL), STATUS_SUCCESS);
    CHECK_EQ(outcome.Information, 4096);
    CHECK_EQ(DiskReads, 1);
    CHECK_STATUS(ZwDeviceIoControlFile(file, NULL, NULL, NULL, &outcome, IOCTL_BUFFERED, NULL, 0, NULL, 0), STATUS_SUCCESS);
    CHECK_EQ(DiskControls, 1);
    CHECK_STATUS(ZwQueryVolumeInformationFile(file, &outcome, &device, sizeof(device), FileFsDeviceInformation), STATUS_SUCCESS);
    CHECK_EQ(device.DeviceType, FILE_DEVICE_DISK);
    CHECK((device.Characteristics & FILE_DEVICE_IS_MOUNTED) != 0);
    CHECK_STATUS(Fsctl(file, NOT_FSCTL), STATUS_INVALID_DEVICE_REQUEST);
    ZwClose(file);
    End();
    ExFreePoolWithTag(buffer, CONFORMANCE_TAG);
}
CONFORMANCE(ZwFsControlFile, RawVolumesAreLockedByTheirOnlyUser) {
    HANDLE one = NULL, two = NULL, three = NULL;
    REQUIRE(Begin());
    REQUIRE(NT_SUCCESS(OpenDisk(&one, DISK, FILE_READ_DATA, FILE_SHARE_READ)));
    REQUIRE(NT_SUCCESS(OpenDisk(&two, DISK, FILE_READ_DATA, FILE_SHARE_READ)));
    CHECK_STATUS(OpenDisk(&three, DISK, FILE_WRITE_DATA, FILE_SHARE_READ), STATUS_SHARING_VIOLATION);
    CHECK_STATUS(Fsctl(one, MOUNTED), STATUS_SUCCESS);
    CHECK_STATUS(Fsctl(one, LOCK), STATUS_ACCESS_DENIED);
    CHECK_STATUS(Fsctl(one, DISMOUNT), STATUS_ACCESS_DENIED);
    ZwClose(two);
    CHECK_STATUS(Fsctl(one, UNLOCK), STATUS_NOT_LOCKED);
    CHECK_STATUS(Fsctl(one, LOCK), STATUS_SUCCESS);
    CHECK_STATUS(OpenDisk(&two, DISK, FILE_READ_DATA, FILE_SHARE_READ), STATUS_ACCESS_DENIED);
    CHECK_STATUS(Fsctl(one, UNLOCK), STATUS_SUCCESS);
    CHECK_STATUS(OpenDisk(&two, DISK, FILE_READ_DATA, FILE_SHARE_READ), STATUS_SUCCESS);
    ZwClose(two);
    CHECK_STATUS(Fsctl(one, LOCK), STATUS_SUCCESS);
    ZwClose(one); /* and with it the lock */
    CHECK_STATUS(OpenDisk(&two, DISK, FILE_READ_DATA, FILE_SHARE_READ), STATUS_SUCCESS);
    ZwClose(two);
    End();
}
CONFORMANCE(ZwFsControlFile, ADismountedVolumeIsOfferedAgain) {
    HANDLE old = NULL, file = NULL;
    REQUIRE(Begin());
    REQUIRE(NT_SUCCESS(OpenDisk(&old, DISK, FILE_READ_DATA, FILE_SHARE_READ)));
    CHECK_STATUS(Fsctl(old, LOCK), STATUS_SUCCESS);
    CHECK_STATUS(Fsctl(old, DISMOUNT), STATUS_SUCCESS);
    CHECK_STATUS(Fsctl(old, MOUNTED), STATUS_VOLUME_DISMOUNTED);
    CHECK_EQ(Disk->Vpb->Flags & VPB_MOUNTED, 0);
    MountAnswer = STATUS_SUCCESS;
    IoRegisterFileSystem(Control);
    CHECK_STATUS(OpenDisk(&file, DISK L"\\file", FILE_READ_DATA, FILE_SHARE_READ), STATUS_SUCCESS);
    CHECK_EQ(Offers, 1);
    CHECK_EQ(VolumeCreates, 1);
    CHECK_STATUS(Fsctl(old, UNLOCK), STATUS_SUCCESS); /* still the old volume's */
    if (file != NULL) ZwClose(file);
    ZwClose(old);
    IoUnregisterFileSystem(Control);
    End();
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* FsRtl routines on file objects, and the names of volumes. */
#include "files.h"

NTKERNELAPI BOOLEAN NTAPI FsRtlMdlRead(PFILE_OBJECT, PLARGE_INTEGER, ULONG, ULONG, PMDL*, PIO_STATUS_BLOCK);

#define PATH L"\\??\\C:\\fsrtl-files.txt"

static PFILE_OBJECT ObjectOf(HANDLE handle) {
    PVOID object = NULL;
    ObReferenceObjectByHandle(handle, 0, *IoFileObjectType, KernelMode, &object, NULL);
    return object;
}

/* A file with ten bytes in it, open; *object referenced. */
static HANDLE TenBytes(PFILE_OBJECT* object) {
    HANDLE file = FilesNew(PATH);
    if (!file) return NULL;
    FilesWrite(file, "0123456789", 10, 0);
    *object = ObjectOf(file);
    return file;
}

static void Done(HANDLE file, PFILE_OBJECT object) {
    ObDereferenceObject(object);
    ZwClose(file);
    CHECK_SUCCESS(FilesDelete(PATH));
}

CONFORMANCE(FsRtlGetFileSize, TellsSizesAndRefusesDirectories) {
    PFILE_OBJECT object;
    LARGE_INTEGER size = {0};
    HANDLE file = TenBytes(&object), directory;
    REQUIRE(file != NULL);
    CHECK_STATUS(FsRtlGetFileSize(object, &size), STATUS_SUCCESS);
    CHECK_EQ(size.QuadPart, 10);
    Done(file, object);
    REQUIRE_OPEN(FilesCreate(&directory, L"\\??\\C:\\Windows", FILES_READ, FILES_SHARE_ALL, FILE_OPEN, FILE_DIRECTORY_FILE, NULL));
    object = ObjectOf(directory);
    CHECK_STATUS(FsRtlGetFileSize(object, &size), STATUS_FILE_IS_A_DIRECTORY);
    ObDereferenceObject(object);
    ZwClose(directory);
}

CONFORMANCE(FsRtlCopyRead, CopiesWhenItMayWait) {
    PFILE_OBJECT object;
    UCHAR data[8] = {0};
    IO_STATUS_BLOCK status = {{0}};
    LARGE_INTEGER offset = {.QuadPart = 4};
    HANDLE file = TenBytes(&object);
    REQUIRE(file != NULL);
    CHECK(FsRtlCopyRead(object, &offset, 4, TRUE, 0, data, &status, IoGetRelatedDeviceObject(object)));
    CHECK_STATUS(status.Status, STATUS_SUCCESS);
    CHECK_EQ(status.Information, 4);
    CHECK_BYTES(data, "4567", 4);
    offset.QuadPart = 100;
    CHECK(FsRtlCopyRead(object, &offset, 4, TRUE, 0, data, &status, IoGetRelatedDeviceObject(object)));
    CHECK_STATUS(status.Status, STATUS_END_OF_FILE);
    CHECK(FsRtlCopyRead(object, &offset, 0, FALSE, 0, data, &status, IoGetRelatedDeviceObject(object)));
    CHECK_STATUS(status.Status, STATUS_SUCCESS);
    Done(file, object);
}

CONFORMANCE(FsRtlMdlRead, DescribesTheDataByAnMdl) {
    PFILE_OBJECT object;
    PMDL mdl = NULL;
    IO_STATUS_BLOCK status = {{0}};
    LARGE_INTEGER offset = {.QuadPart = 2};
    HANDLE file = TenBytes(&object);
    REQUIRE(file != NULL);
    CHECK(FsRtlMdlRead(object, &offset, 5, 0, &mdl, &status));
    CHECK_STATUS(status.Status, STATUS_SUCCESS);
    if (mdl) {
        CHECK_EQ(MmGetMdlByteCount(mdl), 5);
        CHECK_BYTES(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority), "23456", 5);
        CHECK(FsRtlMdlReadComplete(object, mdl));
    }
    CHECK(mdl != NULL);
    Done(file, object);
}

CONFORMANCE(FsRtlMdlReadComplete, TakesTheChainBack) {
    PFILE_OBJECT object;
    PMDL mdl = NULL;
    IO_STATUS_BLOCK status;
    LARGE_INTEGER offset = {0};
    HANDLE file = TenBytes(&object);
    REQUIRE(file != NULL);
    for (int i = 0; i < 10; ++i) {
        CHECK(FsRtlMdlRead(object, &offset, 10, 0, &mdl, &status));
        CHECK(FsRtlMdlReadComplete(object, mdl));
    }
    CHECK(FsRtlMdlReadComplete(object, NULL));
    Done(file, object);
}

CONFORMANCE(FsRtlAcquireFileExclusive, HoldsTheFileAndCanNest) {
    PFILE_OBJECT object;
    HANDLE file = TenBytes(&object);
    REQUIRE(file != NULL);
    FsRtlAcquireFileExclusive(object);
    CHECK(ExIsResourceAcquiredExclusiveLite(((FSRTL_COMMON_FCB_HEADER*)object->FsContext)->Resource));
    FsRtlReleaseFile(object);
    CHECK(!ExIsResourceAcquiredExclusiveLite(((FSRTL_COMMON_FCB_HEADER*)object->FsContext)->Resource));
    Done(file, object);
}

CONFORMANCE(FsRtlReleaseFile, LeavesTheThreadAsItWas) {
    PFILE_OBJECT object;
    HANDLE file = TenBytes(&object);
    REQUIRE(file != NULL);
    FsRtlAcquireFileExclusive(object);
    FsRtlReleaseFile(object);
    CHECK(!KeAreApcsDisabled());
    CHECK_SUCCESS(FilesWrite(file, "x", 1, 0));
    Done(file, object);
}

CONFORMANCE(FsRtlIsPagingFile, IsFalseForOrdinaryFiles) {
    PFILE_OBJECT object;
    HANDLE file = TenBytes(&object);
    REQUIRE(file != NULL);
    CHECK(!FsRtlIsPagingFile(object));
    Done(file, object);
}

CONFORMANCE(CcFlushCache, SucceedsAndTheDataIsThere) {
    PFILE_OBJECT object;
    IO_STATUS_BLOCK status = {{.Status = STATUS_UNSUCCESSFUL}};
    HANDLE file = TenBytes(&object);
    REQUIRE(file != NULL);
    REQUIRE(object->SectionObjectPointer != NULL);
    CcFlushCache(object->SectionObjectPointer, NULL, 0, &status);
    CHECK_STATUS(status.Status, STATUS_SUCCESS);
    Done(file, object);
}

CONFORMANCE(CcPurgeCacheSection, PurgesFilesThatAreNotMapped) {
    PFILE_OBJECT object;
    SECTION_OBJECT_POINTERS mapped = {.DataSectionObject = &mapped};
    HANDLE file = TenBytes(&object);
    REQUIRE(file != NULL);
    CHECK(CcPurgeCacheSection(object->SectionObjectPointer, NULL, 0, FALSE));
    CHECK(!CcPurgeCacheSection(&mapped, NULL, 0, FALSE));
    Done(file, object);
}

CONFORMANCE(IoVolumeDeviceToDosName, GivesTheDriveLetter) {
    PFILE_OBJECT object;
    UNICODE_STRING name = {0};
    HANDLE file = TenBytes(&object);
    REQUIRE(file != NULL);
    CHECK_SUCCESS(IoVolumeDeviceToDosName(object->DeviceObject, &name));
    CHECK_TEXT(&name, L"C:");
    if (name.Buffer) {
        CHECK_EQ(name.Buffer[2], 0);
        ExFreePool(name.Buffer);
    }
    Done(file, object);
    CHECK_STATUS(IoVolumeDeviceToDosName(ConformanceDevice, &name), STATUS_INVALID_PARAMETER);
}

CONFORMANCE(RtlVolumeDeviceToDosName, GivesTheDriveLetter) {
    PFILE_OBJECT object;
    UNICODE_STRING name = {0};
    HANDLE file = TenBytes(&object);
    REQUIRE(file != NULL);
    CHECK_SUCCESS((RtlVolumeDeviceToDosName)(object->DeviceObject, &name));
    CHECK_TEXT(&name, L"C:");
    if (name.Buffer) ExFreePool(name.Buffer);
    Done(file, object);
    CHECK_STATUS((RtlVolumeDeviceToDosName)(ConformanceDevice, &name), STATUS_INVALID_PARAMETER);
}

CONFORMANCE(IoQueryFileDosDeviceName, GivesTheWholeName) {
    PFILE_OBJECT object;
    POBJECT_NAME_INFORMATION name = NULL;
    HANDLE file = TenBytes(&object);
    REQUIRE(file != NULL);
    CHECK_SUCCESS(IoQueryFileDosDeviceName(object, &name));
    if (name) {
        CHECK_TEXT(&name->Name, L"C:\\fsrtl-files.txt");
        ExFreePool(name);
    }
    Done(file, object);
}

CONFORMANCE(IoQueryFileDosDeviceName, RefusesFilesWithoutALetter) {
    POBJECT_NAME_INFORMATION name = NULL;
    PFILE_OBJECT object;
    PDEVICE_OBJECT device;
    UNICODE_STRING path;
    RtlInitUnicodeString(&path, L"\\??\\Conformance_fs");
    REQUIRE(NT_SUCCESS(IoGetDeviceObjectPointer(&path, FILE_READ_ATTRIBUTES, &object, &device)));
    CHECK(!NT_SUCCESS(IoQueryFileDosDeviceName(object, &name)));
    ObDereferenceObject(object);
}

CONFORMANCE(IoAcquireVpbSpinLock, RaisesToDispatchLevel) {
    KIRQL before;
    IoAcquireVpbSpinLock(&before);
    CHECK_EQ(before, PASSIVE_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    IoReleaseVpbSpinLock(before);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

CONFORMANCE(IoAcquireVpbSpinLock, GuardsWhatIsMounted) {
    KIRQL before;
    PFILE_OBJECT object;
    HANDLE file = TenBytes(&object);
    PVPB vpb;
    BOOLEAN mounted = FALSE;
    REQUIRE(file != NULL);
    vpb = object->Vpb;
    IoAcquireVpbSpinLock(&before);
    if (vpb) mounted = (vpb->Flags & VPB_MOUNTED) != 0 && vpb->DeviceObject != NULL && vpb->RealDevice == object->DeviceObject;
    IoReleaseVpbSpinLock(before);
    CHECK(mounted);
    Done(file, object);
}

CONFORMANCE(IoReleaseVpbSpinLock, GoesBackToTheLevelBefore) {
    KIRQL before;
    AT_IRQL(DISPATCH_LEVEL, IoAcquireVpbSpinLock(&before); CHECK_EQ(before, DISPATCH_LEVEL); IoReleaseVpbSpinLock(before));
}

static int Came, Went;
static VOID NTAPI OnFileSystem(PDEVICE_OBJECT device, BOOLEAN active) {
    if (device->DriverObject != ConformanceDriver) return;
    if (active) ++Came;
    else ++Went;
}

CONFORMANCE(IoRegisterFsRegistrationChange, HearsOfThoseThereAreAndThoseThatCome) {
    PDEVICE_OBJECT device;
    REQUIRE(NT_SUCCESS(IoCreateDevice(ConformanceDriver, 0, NULL, FILE_DEVICE_DISK_FILE_SYSTEM, 0, FALSE, &device)));
    Came = Went = 0;
    IoRegisterFileSystem(device);
    CHECK_STATUS(IoRegisterFsRegistrationChange(ConformanceDriver, &OnFileSystem), STATUS_SUCCESS);
    CHECK_EQ(Came, 1);
    CHECK_STATUS(IoRegisterFsRegistrationChange(ConformanceDriver, &OnFileSystem), STATUS_DEVICE_ALREADY_ATTACHED);
    IoUnregisterFileSystem(device);
    CHECK_EQ(Went, 1);
    IoUnregisterFsRegistrationChange(ConformanceDriver, &OnFileSystem);
    IoDeleteDevice(device);
}

CONFORMANCE(IoUnregisterFsRegistrationChange, HearsNothingAnyMore) {
    PDEVICE_OBJECT device;
    REQUIRE(NT_SUCCESS(IoCreateDevice(ConformanceDriver, 0, NULL, FILE_DEVICE_DISK_FILE_SYSTEM, 0, FALSE, &device)));
    CHECK_STATUS(IoRegisterFsRegistrationChange(ConformanceDriver, &OnFileSystem), STATUS_SUCCESS);
    IoUnregisterFsRegistrationChange(ConformanceDriver, &OnFileSystem);
    Came = Went = 0;
    IoRegisterFileSystem(device);
    IoUnregisterFileSystem(device);
    CHECK_EQ(Came + Went, 0);
    IoDeleteDevice(device);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "services.h"

static ULONG SeenClass, SeenLength, Sent;
static UCHAR SeenFirst;

static NTSTATUS NTAPI Inform(PDEVICE_OBJECT Device, PIRP Irp) {
    PIO_STACK_LOCATION here = IoGetCurrentIrpStackLocation(Irp);
    UNREFERENCED_PARAMETER(Device);
    if (here->MajorFunction == IRP_MJ_QUERY_INFORMATION) {
        PFILE_STANDARD_INFORMATION answer = Irp->AssociatedIrp.SystemBuffer;
        Sent++;
        SeenClass = here->Parameters.QueryFile.FileInformationClass;
        SeenLength = here->Parameters.QueryFile.Length;
        if (SeenClass != FileStandardInformation) return Complete(Irp, STATUS_INVALID_PARAMETER, 0);
        answer->EndOfFile.QuadPart = 1234;
        return Complete(Irp, STATUS_SUCCESS, sizeof(*answer));
    }
    if (here->MajorFunction == IRP_MJ_SET_INFORMATION) {
        Sent++;
        SeenClass = here->Parameters.SetFile.FileInformationClass;
        SeenLength = here->Parameters.SetFile.Length;
        SeenFirst = *(UCHAR*)Irp->AssociatedIrp.SystemBuffer;
        return Complete(
            Irp,
            SeenClass == FileEndOfFileInformation ? STATUS_SUCCESS : STATUS_INVALID_DEVICE_REQUEST,
            0);
    }
    if (here->MajorFunction == IRP_MJ_QUERY_VOLUME_INFORMATION) {
        PFILE_FS_SIZE_INFORMATION answer = Irp->AssociatedIrp.SystemBuffer;
        SeenClass = here->Parameters.QueryVolume.FsInformationClass;
        answer->BytesPerSector = 512;
        return Complete(Irp, STATUS_SUCCESS, sizeof(*answer));
    }
    return Complete(Irp, STATUS_SUCCESS, 0);
}

typedef NTSTATUS(NTAPI* QUERY)(HANDLE, PIO_STATUS_BLOCK, PVOID, ULONG, FILE_INFORMATION_CLASS);

static VOID Querying(QUERY Query) {
    FILE_STANDARD_INFORMATION standard = {.EndOfFile = {.QuadPart = 0}};
    FILE_ACCESS_INFORMATION access = {0};
    FILE_MODE_INFORMATION mode = {0};
    FILE_BASIC_INFORMATION basic;
    IO_STATUS_BLOCK outcome;
    OPENED opened;
    REQUIRE(OpenDevice(&opened, 0, FILE_SYNCHRONOUS_IO_NONALERT));
    ConformanceDispatch = Inform;
    Sent = 0;
    CHECK_STATUS(Query(opened.File, &outcome, &standard, sizeof(standard), FileStandardInformation),
                 STATUS_SUCCESS);
    CHECK_EQ(outcome.Information, sizeof(standard));
    CHECK_EQ(standard.EndOfFile.QuadPart, 1234);
    CHECK_EQ(SeenLength, sizeof(standard));
    CHECK_STATUS(Query(opened.File, &outcome, &standard, 8, FileStandardInformation),
                 STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(Query(opened.File, &outcome, &basic, sizeof(basic), FileBasicInformation),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Query(opened.File, &outcome, &basic, sizeof(basic), 999),
                 STATUS_INVALID_INFO_CLASS);
    CHECK_EQ(Sent, 2);
    CHECK_SUCCESS(Query(opened.File, &outcome, &access, sizeof(access), FileAccessInformation));
    CHECK_EQ(access.AccessFlags, FILE_GENERIC_READ | FILE_GENERIC_WRITE);
    CHECK_SUCCESS(Query(opened.File, &outcome, &mode, sizeof(mode), FileModeInformation));
    CHECK_EQ(mode.Mode, FILE_SYNCHRONOUS_IO_NONALERT);
    CHECK_EQ(Sent, 2);
    CloseDevice(&opened);
}

CONFORMANCE(ZwQueryInformationFile, AsksTheDriverOrAnswersItself) {
    Querying(ZwQueryInformationFile);
}
CONFORMANCE(NtQueryInformationFile, AsksTheDriverOrAnswersItself) {
    Querying(NtQueryInformationFile);
}

static VOID Setting(QUERY Set) {
    FILE_END_OF_FILE_INFORMATION end = {.EndOfFile = {.QuadPart = 0x42}};
    FILE_POSITION_INFORMATION position = {.CurrentByteOffset = {.QuadPart = 77}};
    FILE_BASIC_INFORMATION basic = {.FileAttributes = 0};
    IO_STATUS_BLOCK outcome;
    OPENED opened;
    REQUIRE(OpenDevice(&opened, 0, FILE_SYNCHRONOUS_IO_NONALERT));
    ConformanceDispatch = Inform;
    Sent = 0;
    CHECK_STATUS(Set(opened.File, &outcome, &end, sizeof(end), FileEndOfFileInformation),
                 STATUS_SUCCESS);
    CHECK(SeenFirst == 0x42 && SeenLength == sizeof(end));
    CHECK_STATUS(Set(opened.File, &outcome, &basic, sizeof(basic), FileBasicInformation),
                 STATUS_INVALID_DEVICE_REQUEST);
    CHECK_EQ(Sent, 2);
    CHECK_STATUS(Set(opened.File, &outcome, &position, sizeof(position), FilePositionInformation),
                 STATUS_SUCCESS);
    position.CurrentByteOffset.QuadPart = 0;
    CHECK_SUCCESS(ZwQueryInformationFile(opened.File, &outcome, &position, sizeof(position),
                                         FilePositionInformation));
    CHECK_EQ(position.CurrentByteOffset.QuadPart, 77);
    CHECK_STATUS(Set(opened.File, &outcome, &position, 4, FilePositionInformation),
                 STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(Set(opened.File, &outcome, &position, sizeof(position), 999),
                 STATUS_INVALID_INFO_CLASS);
    position.CurrentByteOffset.QuadPart = -1;
    CHECK_STATUS(Set(opened.File, &outcome, &position, sizeof(position), FilePositionInformation),
                 STATUS_INVALID_PARAMETER);
    CHECK_EQ(Sent, 2);
    CloseDevice(&opened);
}

CONFORMANCE(ZwSetInformationFile, AsksTheDriverOrSetsItself) { Setting(ZwSetInformationFile); }
CONFORMANCE(NtSetInformationFile, AsksTheDriverOrSetsItself) { Setting(NtSetInformationFile); }

typedef NTSTATUS(NTAPI* QUERY_VOLUME)(HANDLE, PIO_STATUS_BLOCK, PVOID, ULONG, FS_INFORMATION_CLASS);

static VOID QueryingVolume(QUERY_VOLUME Query) {
    FILE_FS_DEVICE_INFORMATION device = {0};
    FILE_FS_SIZE_INFORMATION size = {.BytesPerSector = 0};
    IO_STATUS_BLOCK outcome;
    OPENED opened;
    REQUIRE(OpenDevice(&opened, 0, FILE_SYNCHRONOUS_IO_NONALERT));
    ConformanceDispatch = Inform;
    CHECK_STATUS(Query(opened.File, &outcome, &device, sizeof(device), FileFsDeviceInformation),
                 STATUS_SUCCESS);
    CHECK_EQ(device.DeviceType, FILE_DEVICE_UNKNOWN);
    CHECK_STATUS(Query(opened.File, &outcome, &size, sizeof(size), FileFsSizeInformation),
                 STATUS_SUCCESS);
    CHECK_EQ(SeenClass, FileFsSizeInformation);
    CHECK_EQ(size.BytesPerSector, 512);
    CHECK_STATUS(Query(opened.File, &outcome, &size, sizeof(size), 0), STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(Query(opened.File, &outcome, &device, 2, FileFsDeviceInformation),
                 STATUS_INFO_LENGTH_MISMATCH);
    CloseDevice(&opened);
}

CONFORMANCE(ZwQueryVolumeInformationFile, AsksTheDriver) {
    QueryingVolume(ZwQueryVolumeInformationFile);
}
CONFORMANCE(NtQueryVolumeInformationFile, AsksTheDriver) {
    QueryingVolume(NtQueryVolumeInformationFile);
}

CONFORMANCE(IoQueryFileInformation, AsksTheDriverOfAFileObject) {
    FILE_STANDARD_INFORMATION standard = {.EndOfFile = {.QuadPart = 0}};
    PFILE_OBJECT file = NULL;
    ULONG length = 0;
    OPENED opened;
    REQUIRE(OpenDevice(&opened, 0, FILE_SYNCHRONOUS_IO_NONALERT));
    ConformanceDispatch = Inform;
    CHECK_SUCCESS(ObReferenceObjectByHandle(opened.File, 0, *IoFileObjectType, KernelMode,
                                            (PVOID*)&file, NULL));
    CHECK_STATUS(
        IoQueryFileInformation(file, FileStandardInformation, sizeof(standard), &standard, &length),
        STATUS_SUCCESS);
    CHECK_EQ(length, sizeof(standard));
    CHECK_EQ(standard.EndOfFile.QuadPart, 1234);
    CHECK_STATUS(
        IoQueryFileInformation(file, FileBasicInformation, sizeof(standard), &standard, &length),
        STATUS_INVALID_PARAMETER);
    ObDereferenceObject(file);
    CloseDevice(&opened);
}

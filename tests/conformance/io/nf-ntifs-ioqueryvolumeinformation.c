// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

static ULONG SeenClass;

static NTSTATUS NTAPI Answer(PDEVICE_OBJECT Device, PIRP Irp) {
    PIO_STACK_LOCATION here = IoGetCurrentIrpStackLocation(Irp);
    UNREFERENCED_PARAMETER(Device);
    if (here->MajorFunction == IRP_MJ_QUERY_VOLUME_INFORMATION) {
        PFILE_FS_SIZE_INFORMATION answer = Irp->AssociatedIrp.SystemBuffer;
        if (here->Parameters.QueryVolume.FsInformationClass != FileFsSizeInformation)
            return Complete(Irp, STATUS_INVALID_PARAMETER, 0);
        answer->BytesPerSector = 2048;
        return Complete(Irp, STATUS_SUCCESS, sizeof(*answer));
    }
    if (here->MajorFunction == IRP_MJ_SET_INFORMATION) {
        SeenClass = here->Parameters.SetFile.FileInformationClass;
        return Complete(
            Irp, SeenClass == FileEndOfFileInformation ? STATUS_SUCCESS : STATUS_DISK_FULL, 0);
    }
    return Complete(Irp, STATUS_SUCCESS, 0);
}

static PFILE_OBJECT Begin(OPENED* Opened) {
    PFILE_OBJECT file = NULL;
    ConformanceDispatch = Answer;
    if (!OpenDevice(Opened, 0, FILE_SYNCHRONOUS_IO_NONALERT)) return NULL;
    CHECK_SUCCESS(ObReferenceObjectByHandle(Opened->File, 0, *IoFileObjectType, KernelMode,
                                            (PVOID*)&file, NULL));
    return file;
}

CONFORMANCE(IoQueryVolumeInformation, AsksTheDriverOfAFileObject) {
    FILE_FS_SIZE_INFORMATION size = {.BytesPerSector = 0};
    ULONG length = 0;
    OPENED opened;
    PFILE_OBJECT file = Begin(&opened);
    REQUIRE(file != NULL);
    CHECK_STATUS(
        IoQueryVolumeInformation(file, FileFsSizeInformation, sizeof(size), &size, &length),
        STATUS_SUCCESS);
    CHECK(size.BytesPerSector == 2048 && length == sizeof(size));
    CHECK_STATUS(
        IoQueryVolumeInformation(file, FileFsVolumeInformation, sizeof(size), &size, &length),
        STATUS_INVALID_PARAMETER);
    ObDereferenceObject(file);
    CloseDevice(&opened);
}

CONFORMANCE(IoSetInformation, TellsTheDriverOfAFileObject) {
    FILE_END_OF_FILE_INFORMATION end = {.EndOfFile = {.QuadPart = 9}};
    OPENED opened;
    PFILE_OBJECT file = Begin(&opened);
    REQUIRE(file != NULL);
    CHECK_STATUS(IoSetInformation(file, FileEndOfFileInformation, sizeof(end), &end),
                 STATUS_SUCCESS);
    CHECK_EQ(SeenClass, FileEndOfFileInformation);
    CHECK_STATUS(IoSetInformation(file, FileAllocationInformation, sizeof(end), &end),
                 STATUS_DISK_FULL);
    ObDereferenceObject(file);
    CloseDevice(&opened);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

typedef struct _SEEN {
    ULONG Requests;
    FS_INFORMATION_CLASS Class;
    ULONG Length;
    WCHAR First;
    KPROCESSOR_MODE Mode;
} SEEN;

static SEEN Seen;
static NTSTATUS Answer;
static const UNICODE_STRING Path = RTL_CONSTANT_STRING(L"\\Device\\ConformanceVolume");

static NTSTATUS NTAPI Dispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(Irp);
    NTSTATUS status = STATUS_SUCCESS;
    UNREFERENCED_PARAMETER(DeviceObject);
    if (location->MajorFunction == IRP_MJ_SET_VOLUME_INFORMATION) {
        Seen.Requests++;
        Seen.Class = location->Parameters.SetVolume.FsInformationClass;
        Seen.Length = location->Parameters.SetVolume.Length;
        Seen.First = ((PFILE_FS_LABEL_INFORMATION)Irp->AssociatedIrp.SystemBuffer)->VolumeLabel[0];
        Seen.Mode = Irp->RequestorMode;
        status = Answer;
    }
    Irp->IoStatus.Status = status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

/* A device of the test's own, and a handle to it. */
typedef struct _VOLUME {
    PDEVICE_OBJECT Device;
    HANDLE File;
} VOLUME;

static BOOLEAN Begin(VOLUME* Volume, ACCESS_MASK Access) {
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK outcome;
    UNICODE_STRING path = Path;
    RtlZeroMemory(&Seen, sizeof(Seen));
    Answer = STATUS_SUCCESS;
    ConformanceDispatch = Dispatch;
    Volume->File = NULL;
    if (!NT_SUCCESS(IoCreateDevice(ConformanceDriver, 0, &path, FILE_DEVICE_UNKNOWN, 0, FALSE,
                                   &Volume->Device)))
        return FALSE;
    Volume->Device->Flags &= ~DO_DEVICE_INITIALIZING;
    InitializeObjectAttributes(&attributes, &path, OBJ_KERNEL_HANDLE, NULL, NULL);
    return NT_SUCCESS(ZwOpenFile(&Volume->File, Access | SYNCHRONIZE, &attributes, &outcome,
                                 FILE_SHARE_READ, FILE_SYNCHRONOUS_IO_NONALERT));
}

static VOID End(VOLUME* Volume) {
    if (Volume->File != NULL) ZwClose(Volume->File);
    if (Volume->Device != NULL) IoDeleteDevice(Volume->Device);
    ConformanceDispatch = NULL;
}

static NTSTATUS SetLabel(VOLUME* Volume, ULONG Length, FS_INFORMATION_CLASS Class) {
    IO_STATUS_BLOCK outcome;
    UCHAR buffer[64] = {0};
    PFILE_FS_LABEL_INFORMATION label = (PFILE_FS_LABEL_INFORMATION)buffer;
    label->VolumeLabelLength = 2;
    label->VolumeLabel[0] = L'x';
    return ZwSetVolumeInformationFile(Volume->File, &outcome, label, Length, Class);
}

CONFORMANCE(ZwSetVolumeInformationFile, AsksTheDriverWithTheBufferAndItsClass) {
    VOLUME volume;
    CHECK(Begin(&volume, FILE_WRITE_DATA));
    CHECK_STATUS(SetLabel(&volume, sizeof(FILE_FS_LABEL_INFORMATION), FileFsLabelInformation),
                 STATUS_SUCCESS);
    CHECK_EQ(Seen.Requests, 1);
    CHECK_EQ(Seen.Class, FileFsLabelInformation);
    CHECK_EQ(Seen.Length, sizeof(FILE_FS_LABEL_INFORMATION));
    CHECK_EQ(Seen.First, L'x');
    CHECK_EQ(Seen.Mode, KernelMode);
    End(&volume);
}

CONFORMANCE(ZwSetVolumeInformationFile, ReturnsWhatTheDriverSays) {
    VOLUME volume;
    CHECK(Begin(&volume, FILE_WRITE_DATA));
    Answer = STATUS_MEDIA_WRITE_PROTECTED;
    CHECK_STATUS(SetLabel(&volume, sizeof(FILE_FS_LABEL_INFORMATION), FileFsLabelInformation),
                 STATUS_MEDIA_WRITE_PROTECTED);
    End(&volume);
}

CONFORMANCE(ZwSetVolumeInformationFile, RefusesAnInvalidClass) {
    VOLUME volume;
    CHECK(Begin(&volume, FILE_WRITE_DATA));
    CHECK_STATUS(SetLabel(&volume, 64, (FS_INFORMATION_CLASS)1000), STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(SetLabel(&volume, 64, FileFsSizeInformation), STATUS_INVALID_INFO_CLASS);
    CHECK_EQ(Seen.Requests, 0);
    End(&volume);
}

CONFORMANCE(ZwSetVolumeInformationFile, RefusesAnInvalidLength) {
    VOLUME volume;
    CHECK(Begin(&volume, FILE_WRITE_DATA));
    CHECK_STATUS(SetLabel(&volume, sizeof(ULONG), FileFsLabelInformation),
                 STATUS_INFO_LENGTH_MISMATCH);
    CHECK_EQ(Seen.Requests, 0);
    End(&volume);
}

CONFORMANCE(NtSetVolumeInformationFile, AsksTheDriverToo) {
    VOLUME volume;
    IO_STATUS_BLOCK outcome;
    FILE_FS_LABEL_INFORMATION label = {2, {L'y'}};
    CHECK(Begin(&volume, FILE_WRITE_DATA));
    CHECK_STATUS(NtSetVolumeInformationFile(volume.File, &outcome, &label, sizeof(label),
                                            FileFsLabelInformation),
                 STATUS_SUCCESS);
    CHECK_EQ(Seen.First, L'y');
    CHECK_STATUS(NtSetVolumeInformationFile(volume.File, &outcome, &label, sizeof(label),
                                            FileFsSizeInformation),
                 STATUS_INVALID_INFO_CLASS);
    End(&volume);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "services.h"

static ULONG Creates, SeenFlags;
static PDEVICE_OBJECT SeenDevice;

static NTSTATUS NTAPI Look(PDEVICE_OBJECT Device, PIRP Irp) {
    PIO_STACK_LOCATION here = IoGetCurrentIrpStackLocation(Irp);
    SeenDevice = Device;
    if (here->MajorFunction == IRP_MJ_CREATE) {
        Creates++;
        SeenFlags = here->Flags;
    }
    return Complete(Irp, STATUS_SUCCESS, FILE_OPENED);
}

static VOID Attributes(OBJECT_ATTRIBUTES* Attributes, UNICODE_STRING* Name) {
    RtlInitUnicodeString(Name, DEVICE_NAME);
    InitializeObjectAttributes(Attributes, Name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL,
                               NULL);
}

CONFORMANCE(IoCreateFile, OpensAFileOnADevice) {
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0);
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK outcome;
    UNICODE_STRING name;
    HANDLE file = NULL;
    REQUIRE(device != NULL);
    ConformanceDispatch = Look;
    Creates = 0;
    Attributes(&attributes, &name);
    CHECK_STATUS(IoCreateFile(&file, FILE_READ_DATA, &attributes, &outcome, NULL, 0,
                              FILE_SHARE_READ, FILE_OPEN, 0, NULL, 0, CreateFileTypeNone, NULL, 0),
                 STATUS_SUCCESS);
    LetRequestsArrive();
    CHECK_EQ(Creates, 1);
    CHECK_EQ(outcome.Information, FILE_OPENED);
    ZwClose(file);
    file = NULL;
    CHECK_STATUS(
        IoCreateFile(&file, FILE_READ_DATA, &attributes, &outcome, NULL, 0, FILE_SHARE_READ,
                     FILE_OPEN, FILE_DELETE_ON_CLOSE, NULL, 0, CreateFileTypeNone, NULL, 0),
        STATUS_INVALID_PARAMETER);
    if (file != NULL) ZwClose(file);
    /* IO_NO_PARAMETER_CHECKING: the arguments are the caller's responsibility. */
    CHECK_STATUS(IoCreateFile(&file, FILE_READ_DATA, &attributes, &outcome, NULL, 0,
                              FILE_SHARE_READ, FILE_OPEN, FILE_DELETE_ON_CLOSE, NULL, 0,
                              CreateFileTypeNone, NULL, IO_NO_PARAMETER_CHECKING),
                 STATUS_SUCCESS);
    ZwClose(file);
    IoDeleteDevice(device);
}

CONFORMANCE(IoCreateFileSpecifyDeviceObjectHint, TheOpenGoesBelowTheDevicesAbove) {
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0), upper = MakeDevice(NULL, 0);
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK outcome;
    UNICODE_STRING name;
    HANDLE file = NULL, stranger = NULL;
    REQUIRE(device && upper);
    IoAttachDeviceToDeviceStack(upper, device);
    ConformanceDispatch = Look;
    Attributes(&attributes, &name);
    CHECK_STATUS(IoCreateFileSpecifyDeviceObjectHint(&file, FILE_READ_DATA, &attributes, &outcome,
                                                     NULL, 0, FILE_SHARE_READ, FILE_OPEN, 0, NULL,
                                                     0, CreateFileTypeNone, NULL,
                                                     IO_IGNORE_SHARE_ACCESS_CHECK, device),
                 STATUS_SUCCESS);
    CHECK_EQ(SeenDevice, device);
    CHECK_STATUS(IoCreateFileSpecifyDeviceObjectHint(
                     &stranger, FILE_READ_DATA, &attributes, &outcome, NULL, 0, FILE_SHARE_READ,
                     FILE_OPEN, 0, NULL, 0, CreateFileTypeNone, NULL, 0, ConformanceDevice),
                 STATUS_INVALID_DEVICE_OBJECT_PARAMETER);
    SeenDevice = NULL;
    ZwClose(file); /* cleanup and close go there too */
    file = NULL;
    CHECK_EQ(SeenDevice, device);
    ConformanceDispatch = NULL;
    if (file != NULL) ZwClose(file);
    IoDetachDevice(device);
    IoDeleteDevice(upper);
    IoDeleteDevice(device);
}

CONFORMANCE(IoCreateFileEx, TheContextsDeviceHintIsUsed) {
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0), upper = MakeDevice(NULL, 0);
    IO_DRIVER_CREATE_CONTEXT context = {sizeof(context), NULL, device, NULL};
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK outcome;
    UNICODE_STRING name;
    HANDLE file = NULL;
    REQUIRE(device && upper);
    IoAttachDeviceToDeviceStack(upper, device);
    ConformanceDispatch = Look;
    Attributes(&attributes, &name);
    CHECK_STATUS(
        IoCreateFileEx(&file, FILE_READ_DATA, &attributes, &outcome, NULL, 0, FILE_SHARE_READ,
                       FILE_OPEN, 0, NULL, 0, CreateFileTypeNone, NULL, 0, &context),
        STATUS_SUCCESS);
    LetRequestsArrive();
    CHECK_EQ(SeenDevice, device);
    ZwClose(file);
    CHECK_STATUS(
        IoCreateFileEx(&file, FILE_READ_DATA, &attributes, &outcome, NULL, 0, FILE_SHARE_READ,
                       FILE_OPEN, 0, NULL, 0, CreateFileTypeNone, NULL, 0, NULL),
        STATUS_SUCCESS);
    LetRequestsArrive();
    CHECK_EQ(SeenDevice, upper);
    ZwClose(file);
    ConformanceDispatch = NULL;
    IoDetachDevice(device);
    IoDeleteDevice(upper);
    IoDeleteDevice(device);
}

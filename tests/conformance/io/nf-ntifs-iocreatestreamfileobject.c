// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

static ULONG Cleanups, Closes;

static NTSTATUS NTAPI Count(PDEVICE_OBJECT Device, PIRP Irp) {
    UCHAR major = IoGetCurrentIrpStackLocation(Irp)->MajorFunction;
    UNREFERENCED_PARAMETER(Device);
    if (major == IRP_MJ_CLEANUP) Cleanups++;
    if (major == IRP_MJ_CLOSE) Closes++;
    return Complete(Irp, STATUS_SUCCESS, 0);
}

static PDEVICE_OBJECT Begin(VOID) {
    Cleanups = Closes = 0;
    ConformanceDispatch = Count;
    return MakeDevice(DEVICE_NAME, 0);
}

CONFORMANCE(IoCreateStreamFileObject, SendsCleanupAtOnceAndCloseAtTheEnd) {
    PDEVICE_OBJECT device = Begin();
    PFILE_OBJECT stream;
    REQUIRE(device != NULL);
    stream = IoCreateStreamFileObject(NULL, device);
    REQUIRE(stream != NULL);
    CHECK_EQ(stream->Type, IO_TYPE_FILE);
    CHECK_EQ(stream->DeviceObject, device);
    CHECK((stream->Flags & FO_STREAM_FILE) != 0);
    CHECK_EQ(Cleanups, 1);
    CHECK_EQ(Closes, 0);
    ObDereferenceObject(stream);
    CHECK(Cleanups == 1 && Closes == 1);
    IoDeleteDevice(device);
}

CONFORMANCE(IoCreateStreamFileObjectLite, SendsNoCleanupAndTakesTheDeviceOfAFile) {
    PDEVICE_OBJECT device = Begin();
    PFILE_OBJECT file = NULL, stream;
    HANDLE handle = NULL;
    REQUIRE(device != NULL);
    REQUIRE(NT_SUCCESS(OpenNamed(&handle, DEVICE_NAME, FILE_READ_DATA, 0)));
    CHECK_SUCCESS(
        ObReferenceObjectByHandle(handle, 0, *IoFileObjectType, KernelMode, (PVOID*)&file, NULL));
    stream = IoCreateStreamFileObjectLite(file, NULL);
    REQUIRE(stream != NULL);
    CHECK_EQ(stream->DeviceObject, device);
    ObDereferenceObject(stream);
    CHECK(Cleanups == 0 && Closes == 1);
    ObDereferenceObject(file);
    ZwClose(handle);
    ConformanceDispatch = NULL;
    IoDeleteDevice(device);
}

CONFORMANCE(IoCreateStreamFileObjectEx, GivesAHandleWhenAskedFor) {
    PDEVICE_OBJECT device = Begin();
    PFILE_OBJECT stream;
    HANDLE handle = NULL;
    REQUIRE(device != NULL);
    stream = IoCreateStreamFileObjectEx(NULL, device, &handle);
    REQUIRE(stream != NULL && handle != NULL);
    CHECK_SUCCESS(ZwClose(handle));
    CHECK_EQ(Cleanups, 1);
    CHECK_EQ(Closes, 0);
    ObDereferenceObject(stream);
    CHECK_EQ(Closes, 1);
    IoDeleteDevice(device);
}

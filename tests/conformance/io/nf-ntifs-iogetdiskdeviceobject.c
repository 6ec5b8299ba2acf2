// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoGetDiskDeviceObject, RefusesWhatIsNoVolume) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0), disk = NULL, found = (PDEVICE_OBJECT)1;
    NTSTATUS status = STATUS_SUCCESS;
    REQUIRE(device != NULL);
    AT_IRQL(DISPATCH_LEVEL, status = IoGetDiskDeviceObject(device, &found));
    CHECK_STATUS(status, STATUS_INVALID_PARAMETER);
    REQUIRE(
        NT_SUCCESS(IoCreateDevice(ConformanceDriver, 0, NULL, FILE_DEVICE_DISK, 0, FALSE, &disk)));
    CHECK_STATUS(IoGetDiskDeviceObject(disk, &found), STATUS_INVALID_PARAMETER);
    IoDeleteDevice(disk);
    IoDeleteDevice(device);
}

static PDEVICE_OBJECT Volume;
static NTSTATUS NTAPI MountIt(PDEVICE_OBJECT Device, PIRP Irp) {
    PIO_STACK_LOCATION at = IoGetCurrentIrpStackLocation(Irp);
    UNREFERENCED_PARAMETER(Device);
    if (at->MajorFunction == IRP_MJ_FILE_SYSTEM_CONTROL && at->MinorFunction == IRP_MN_MOUNT_VOLUME)
        at->Parameters.MountVolume.Vpb->DeviceObject = Volume;
    return Complete(Irp, STATUS_SUCCESS, 0);
}
CONFORMANCE(IoGetDiskDeviceObject, FindsTheStorageBelowAVolume) {
    UNICODE_STRING name;
    PDEVICE_OBJECT disk = NULL, control = NULL, found = NULL;
    HANDLE file = NULL;
    RtlInitUnicodeString(&name, DEVICE_NAME);
    REQUIRE(NT_SUCCESS(IoCreateDevice(ConformanceDriver, 0, &name, FILE_DEVICE_DISK, 0, FALSE, &disk)));
    REQUIRE(NT_SUCCESS(IoCreateDevice(ConformanceDriver, 0, NULL, FILE_DEVICE_DISK_FILE_SYSTEM, 0, FALSE, &control)));
    REQUIRE(NT_SUCCESS(IoCreateDevice(ConformanceDriver, 0, NULL, FILE_DEVICE_DISK_FILE_SYSTEM, 0, FALSE, &Volume)));
    disk->Flags &= ~DO_DEVICE_INITIALIZING;
    control->Flags &= ~DO_DEVICE_INITIALIZING;
    ConformanceDispatch = MountIt;
    CHECK_STATUS(IoGetDiskDeviceObject(Volume, &found), STATUS_INVALID_PARAMETER);
    IoRegisterFileSystem(control);
    CHECK_SUCCESS(OpenNamed(&file, DEVICE_NAME, FILE_READ_DATA, 0));
    CHECK_STATUS(IoGetDiskDeviceObject(Volume, &found), STATUS_SUCCESS);
    CHECK_EQ(found, disk);
    if (found != NULL) ObDereferenceObject(found);
    IoUnregisterFileSystem(control);
    if (file != NULL) ZwClose(file);
    IoDeleteDevice(disk);
    IoDeleteDevice(control);
    IoDeleteDevice(Volume);
    ConformanceDispatch = NULL;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "services.h"

CONFORMANCE(IoCreateDevice, FillsInTheDeviceObject) {
    PDEVICE_OBJECT device = NULL;
    ULONG i;
    REQUIRE(NT_SUCCESS(IoCreateDevice(ConformanceDriver, 100, NULL, FILE_DEVICE_UNKNOWN,
                                      FILE_DEVICE_SECURE_OPEN, FALSE, &device)));
    CHECK_EQ(device->DriverObject, ConformanceDriver);
    CHECK_EQ(ConformanceDriver->DeviceObject, device);
    CHECK_EQ(device->DeviceType, FILE_DEVICE_UNKNOWN);
    CHECK_EQ(device->Characteristics & FILE_DEVICE_SECURE_OPEN, FILE_DEVICE_SECURE_OPEN);
    CHECK_EQ(device->Flags & (DO_DEVICE_INITIALIZING | DO_EXCLUSIVE), DO_DEVICE_INITIALIZING);
    CHECK_EQ(device->StackSize, 1);
    CHECK_EQ(device->AttachedDevice, NULL);
    CHECK_EQ(device->CurrentIrp, NULL);
    for (i = 0; i < 100; i++) CHECK_EQ(((UCHAR*)device->DeviceExtension)[i], 0);
    IoDeleteDevice(device);
}

CONFORMANCE(IoCreateDevice, ADiskGetsAVpbThatWasNeverMounted) {
    PDEVICE_OBJECT device = NULL;
    REQUIRE(NT_SUCCESS(
        IoCreateDevice(ConformanceDriver, 0, NULL, FILE_DEVICE_DISK, 0, FALSE, &device)));
    CHECK(device->Vpb != NULL && (device->Vpb->Flags & VPB_MOUNTED) == 0);
    IoDeleteDevice(device);
}

CONFORMANCE(IoCreateDevice, RefusesANameInUse) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(DEVICE_NAME);
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0), second = NULL;
    REQUIRE(device != NULL);
    CHECK_STATUS(
        IoCreateDevice(ConformanceDriver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &second),
        STATUS_OBJECT_NAME_COLLISION);
    IoDeleteDevice(device);
    CHECK_SUCCESS(
        IoCreateDevice(ConformanceDriver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &second));
    IoDeleteDevice(second);
}

CONFORMANCE(IoCreateDevice, AnExclusiveDeviceIsOpenedOnce) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(DEVICE_NAME);
    PDEVICE_OBJECT device = NULL;
    HANDLE first = NULL, second = NULL;
    REQUIRE(NT_SUCCESS(
        IoCreateDevice(ConformanceDriver, 0, &name, FILE_DEVICE_UNKNOWN, 0, TRUE, &device)));
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    CHECK((device->Flags & DO_EXCLUSIVE) != 0);
    CHECK_SUCCESS(OpenNamed(&first, DEVICE_NAME, FILE_READ_DATA, 0));
    CHECK_STATUS(OpenNamed(&second, DEVICE_NAME, FILE_READ_DATA, 0), STATUS_ACCESS_DENIED);
    if (second != NULL) ZwClose(second);
    ZwClose(first);
    IoDeleteDevice(device);
}

CONFORMANCE(IoCreateDevice, RunsAtApcLevel) {
    PDEVICE_OBJECT device = NULL;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    AT_IRQL(APC_LEVEL, status = IoCreateDevice(ConformanceDriver, 8, NULL, FILE_DEVICE_UNKNOWN, 0,
                                               FALSE, &device));
    CHECK_SUCCESS(status);
    if (device != NULL) IoDeleteDevice(device);
}

CONFORMANCE_IN_CALLER(IoCreateDevice, ADescriptorThatNamesNobodyKeepsUsersOut) {
    PDEVICE_OBJECT device = MakeDevice(DEVICE_NAME, 0);
    SECURITY_DESCRIPTOR descriptor;
    USER_CALL* call = UserMemory();
    HANDLE handle = NULL;
    ACL empty;
    REQUIRE(device && call);
    CHECK_SUCCESS(UserOpen(call, FILE_READ_DATA, 0));
    CHECK_SUCCESS(NtClose(call->File));
    /* What IoCreateDeviceSecure, which is linked into drivers, does. */
    CHECK_SUCCESS(RtlCreateAcl(&empty, sizeof(empty), ACL_REVISION));
    CHECK_SUCCESS(RtlCreateSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION));
    CHECK_SUCCESS(RtlSetDaclSecurityDescriptor(&descriptor, TRUE, &empty, FALSE));
    CHECK_SUCCESS(ObOpenObjectByPointer(device, OBJ_KERNEL_HANDLE, NULL, WRITE_DAC, NULL,
                                        KernelMode, &handle));
    CHECK_SUCCESS(ZwSetSecurityObject(handle, DACL_SECURITY_INFORMATION, &descriptor));
    ZwClose(handle);
    CHECK_STATUS(UserOpen(call, FILE_READ_DATA, 0), STATUS_ACCESS_DENIED);
    FreeUserMemory(call);
    IoDeleteDevice(device);
}

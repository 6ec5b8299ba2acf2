/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_miniport.h"

static UNICODE_STRING deviceName = RTL_CONSTANT_STRING(L"\\Device\\ConformanceNdisControl");
static UNICODE_STRING linkName = RTL_CONSTANT_STRING(L"\\DosDevices\\ConformanceNdisControl");
static PDRIVER_DISPATCH table[IRP_MJ_MAXIMUM_FUNCTION + 1];
static LONG opened;
static PDEVICE_OBJECT openedDevice, device;
static NDIS_HANDLE deviceHandle;

static NTSTATUS NTAPI OnOpen(PDEVICE_OBJECT object, PIRP irp) {
    if (IoGetCurrentIrpStackLocation(irp)->MajorFunction == IRP_MJ_CREATE) {
        ++opened;
        openedDevice = object;
    }
    irp->IoStatus.Status = STATUS_SUCCESS;
    irp->IoStatus.Information = 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}
static NDIS_STATUS Register(NDIS_HANDLE handle, ULONG bytes) {
    NDIS_DEVICE_OBJECT_ATTRIBUTES attributes = {{NDIS_OBJECT_TYPE_DEVICE_OBJECT_ATTRIBUTES,
                                                 NDIS_DEVICE_OBJECT_ATTRIBUTES_REVISION_1,
                                                 NDIS_SIZEOF_DEVICE_OBJECT_ATTRIBUTES_REVISION_1}};
    attributes.DeviceName = &deviceName;
    attributes.SymbolicName = &linkName;
    attributes.MajorFunctions = table;
    attributes.ExtensionSize = bytes;
    table[IRP_MJ_CREATE] = table[IRP_MJ_CLOSE] = table[IRP_MJ_CLEANUP] = OnOpen;
    opened = 0;
    return NdisRegisterDeviceEx(handle, &attributes, &device, &deviceHandle);
}
static NTSTATUS Open(PUNICODE_STRING name) {
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK result;
    HANDLE handle;
    NTSTATUS status;
    InitializeObjectAttributes(&attributes, name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL,
                               NULL);
    status = ZwCreateFile(&handle, GENERIC_READ | SYNCHRONIZE, &attributes, &result, NULL, 0, 0,
                          FILE_OPEN, FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
    if (NT_SUCCESS(status)) ZwClose(handle);
    return status;
}

CONFORMANCE(NdisRegisterDeviceEx, RequestsGoToTheDriversOwnTable) {
    MiniportNew();
    REQUIRE(MiniportUp());
    CHECK_STATUS(Register(MiniportDriverHandle, 0), NDIS_STATUS_SUCCESS);
    REQUIRE(device != NULL);
    CHECK(deviceHandle != NULL);
    CHECK_STATUS(Open(&deviceName), STATUS_SUCCESS);
    CHECK_STATUS(Open(&linkName), STATUS_SUCCESS);
    CHECK_EQ(opened, 2);
    CHECK(openedDevice == device);
    NdisDeregisterDeviceEx(deviceHandle);
    MiniportDown();
}
CONFORMANCE(NdisRegisterDeviceEx, FailsWhenTheNameIsTaken) {
    NDIS_HANDLE first;
    MiniportNew();
    REQUIRE(MiniportUp());
    CHECK_STATUS(Register(MiniportDriverHandle, 0), NDIS_STATUS_SUCCESS);
    first = deviceHandle;
    CHECK(!NT_SUCCESS(Register(MiniportDriverHandle, 0)));
    CHECK(device == NULL);
    NdisDeregisterDeviceEx(first);
    MiniportDown();
}
CONFORMANCE(NdisRegisterDeviceEx, WantsAnNdisDriver) {
    CHECK_STATUS(Register(NULL, 0), NDIS_STATUS_NOT_SUPPORTED);
    CHECK(device == NULL);
}
CONFORMANCE(NdisDeregisterDeviceEx, TheDeviceAndItsLinkAreGone) {
    MiniportNew();
    REQUIRE(MiniportUp());
    CHECK_STATUS(Register(MiniportDriverHandle, 0), NDIS_STATUS_SUCCESS);
    NdisDeregisterDeviceEx(deviceHandle);
    CHECK(!NT_SUCCESS(Open(&deviceName)));
    CHECK(!NT_SUCCESS(Open(&linkName)));
    CHECK_STATUS(Register(MiniportDriverHandle, 0), NDIS_STATUS_SUCCESS); /* its name is free */
    NdisDeregisterDeviceEx(deviceHandle);
    MiniportDown();
}
CONFORMANCE(NdisGetDeviceReservedExtension, IsMemoryOfTheDriversOwn) {
    PVOID memory = NULL;
    MiniportNew();
    REQUIRE(MiniportUp());
    CHECK_STATUS(Register(MiniportDriverHandle, 4096), NDIS_STATUS_SUCCESS);
    AT_IRQL(DISPATCH_LEVEL, memory = NdisGetDeviceReservedExtension(device));
    REQUIRE(memory != NULL);
    RtlFillMemory(memory, 4096, 0xA5);
    CHECK_STATUS(Open(&deviceName), STATUS_SUCCESS); /* NDIS's own part is not in it */
    CHECK(NdisGetDeviceReservedExtension(device) == memory);
    NdisDeregisterDeviceEx(deviceHandle);
    CHECK(NdisGetDeviceReservedExtension(MiniportTop()) == NULL); /* an adapter is no such device */
    MiniportDown();
}

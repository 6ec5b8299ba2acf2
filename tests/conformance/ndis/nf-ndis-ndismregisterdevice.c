/* SPDX-License-Identifier: GPL-2.0-only */
/* With NdisMDeregisterDevice. */
#include "legacy_adapter.h"

static UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\Device\\ConformanceNdis5"),
                      Link = RTL_CONSTANT_STRING(L"\\DosDevices\\ConformanceNdis5");
static LONG Opened;

static NTSTATUS NTAPI OnOpen(PDEVICE_OBJECT device, PIRP irp) {
    (void)device;
    InterlockedIncrement(&Opened);
    irp->IoStatus.Status = STATUS_SUCCESS;
    irp->IoStatus.Information = 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}
static BOOLEAN RegisteredDriver(VOID) {
    NDIS_MINIPORT_CHARACTERISTICS characteristics;
    LegacyCharacteristics(&characteristics);
    return LegacyDriverUp() &&
           NdisMRegisterMiniport(Legacy.Wrapper, &characteristics, sizeof(characteristics)) ==
               NDIS_STATUS_SUCCESS;
}
static NDIS_STATUS MakeDevice(PDEVICE_OBJECT* device, NDIS_HANDLE* handle) {
    PDRIVER_DISPATCH majors[IRP_MJ_MAXIMUM_FUNCTION + 1] = {NULL};
    majors[IRP_MJ_CREATE] = majors[IRP_MJ_CLOSE] = majors[IRP_MJ_CLEANUP] = OnOpen;
    return NdisMRegisterDevice(Legacy.Wrapper, &Name, &Link, majors, device, handle);
}
static NTSTATUS Open(UNICODE_STRING* name) {
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK block;
    HANDLE handle;
    NTSTATUS status;
    InitializeObjectAttributes(&attributes, name, OBJ_KERNEL_HANDLE, NULL, NULL);
    status = ZwOpenFile(&handle, SYNCHRONIZE, &attributes, &block, 0, 0);
    if (NT_SUCCESS(status)) ZwClose(handle);
    return status;
}

CONFORMANCE(NdisMRegisterDevice, ItsRequestsGoToTheDriversOwnRoutines) {
    PDEVICE_OBJECT device = NULL;
    NDIS_HANDLE handle = NULL;
    REQUIRE(RegisteredDriver());
    CHECK_STATUS(MakeDevice(&device, &handle), NDIS_STATUS_SUCCESS);
    CHECK(device != NULL && device->DriverObject == Legacy.Driver);
    Opened = 0;
    CHECK_SUCCESS(Open(&Name));
    CHECK_EQ(Opened, 3); /* create, cleanup, close */
    CHECK_SUCCESS(Open(&Link));
    CHECK_STATUS(NdisMDeregisterDevice(handle), NDIS_STATUS_SUCCESS);
    LegacyDriverDown();
}
CONFORMANCE(NdisMRegisterDevice, FailsWhenTheNameIsTaken) {
    PDEVICE_OBJECT device = NULL, second = NULL;
    NDIS_HANDLE handle = NULL, other = NULL;
    REQUIRE(RegisteredDriver());
    CHECK_STATUS(MakeDevice(&device, &handle), NDIS_STATUS_SUCCESS);
    CHECK(MakeDevice(&second, &other) != NDIS_STATUS_SUCCESS);
    NdisMDeregisterDevice(handle);
    LegacyDriverDown();
}
CONFORMANCE(NdisMDeregisterDevice, TakesDeviceAndLinkAway) {
    PDEVICE_OBJECT device = NULL;
    NDIS_HANDLE handle = NULL;
    REQUIRE(RegisteredDriver());
    for (int turn = 0; turn < 2; ++turn) {
        CHECK_STATUS(MakeDevice(&device, &handle), NDIS_STATUS_SUCCESS);
        CHECK_STATUS(NdisMDeregisterDevice(handle), NDIS_STATUS_SUCCESS);
        CHECK(!NT_SUCCESS(Open(&Name)));
        CHECK(!NT_SUCCESS(Open(&Link)));
    }
    LegacyDriverDown();
}

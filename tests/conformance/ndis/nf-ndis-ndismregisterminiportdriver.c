/* SPDX-License-Identifier: GPL-2.0-only */
#include "test_miniport.h"

NTKERNELAPI NTSTATUS NTAPI IoCreateDriver(PUNICODE_STRING DriverName, PDRIVER_INITIALIZE Routine);
NTKERNELAPI VOID NTAPI IoDeleteDriver(PDRIVER_OBJECT DriverObject);

/* What a test registers, in a driver object of its own. */
static struct {
    NDIS_MINIPORT_DRIVER_CHARACTERISTICS Given;
    PDRIVER_OBJECT Driver;
    NDIS_HANDLE Handle;
    NDIS_STATUS Status, Again, OptionsStatus;
    BOOLEAN Deregister;
    PDRIVER_ADD_DEVICE AddDevice;
    NDIS_MINIPORT_PNP_CHARACTERISTICS Pnp;
    ULONG Options;
    NDIS_HANDLE OptionsHandle, OptionsContext;
} try;
static int context;

static NDIS_STATUS NTAPI SetOptions(NDIS_HANDLE driver, NDIS_HANDLE given) {
    ++try.Options;
    try.OptionsHandle = driver;
    try.OptionsContext = given;
    if (try.Pnp.Header.Type != 0)
        return NdisSetOptionalHandlers(driver, (PNDIS_OBJECT_HEADER)&try.Pnp);
    return try.OptionsStatus;
}
static NTSTATUS NTAPI Entry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    NDIS_HANDLE second;
    try.Driver = driver;
    try.Status = NdisMRegisterMiniportDriver(driver, path, &context, &try.Given, &try.Handle);
    try.AddDevice = driver->DriverExtension->AddDevice;
    if (try.Status != NDIS_STATUS_SUCCESS) return STATUS_UNSUCCESSFUL;
    try.Again = NdisMRegisterMiniportDriver(driver, path, &context, &try.Given, &second);
    return STATUS_SUCCESS;
}
static VOID New(VOID) {
    RtlZeroMemory(&try, sizeof(try));
    try.Given = MiniportCharacteristics;
}
/* Registers, looks by `Status`, and takes it back. */
static NDIS_STATUS Register(VOID) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Driver\\ConformanceTried");
    if (!NT_SUCCESS(IoCreateDriver(&name, Entry))) return try.Status;
    NdisMDeregisterMiniportDriver(try.Handle);
    try.Deregister = try.Driver->DriverExtension->AddDevice == NULL;
    IoDeleteDriver(try.Driver);
    return try.Status;
}

CONFORMANCE(NdisMRegisterMiniportDriver, MakesTheDriverAMiniport) {
    New();
    CHECK_STATUS(Register(), NDIS_STATUS_SUCCESS);
    CHECK(try.Handle != NULL);
    CHECK(try.AddDevice != NULL); /* NDIS's: devices come to it */
}
CONFORMANCE(NdisMRegisterMiniportDriver, CallsSetOptionsBeforeItReturns) {
    New();
    try.Given.SetOptionsHandler = SetOptions;
    CHECK_STATUS(Register(), NDIS_STATUS_SUCCESS);
    CHECK_EQ(try.Options, 1);
    CHECK(try.OptionsHandle == try.Handle);
    CHECK(try.OptionsContext == &context);
}
CONFORMANCE(NdisMRegisterMiniportDriver, FailsWhenSetOptionsDoes) {
    New();
    try.Given.SetOptionsHandler = SetOptions;
    try.OptionsStatus = NDIS_STATUS_RESOURCES;
    CHECK_STATUS(Register(), NDIS_STATUS_RESOURCES);
}
CONFORMANCE(NdisMRegisterMiniportDriver, RefusesVersionsItDoesNotHave) {
    New();
    try.Given.MajorNdisVersion = 9;
    CHECK_STATUS(Register(), NDIS_STATUS_BAD_VERSION);
    New();
    try.Given.MinorNdisVersion = 200;
    CHECK_STATUS(Register(), NDIS_STATUS_BAD_VERSION);
}
CONFORMANCE(NdisMRegisterMiniportDriver, RefusesADriverWithoutItsHandlers) {
    New();
    try.Given.InitializeHandlerEx = NULL;
    CHECK_STATUS(Register(), NDIS_STATUS_BAD_CHARACTERISTICS);
    New();
    try.Given.OidRequestHandler = NULL;
    CHECK_STATUS(Register(), NDIS_STATUS_BAD_CHARACTERISTICS);
}
CONFORMANCE(NdisMRegisterMiniportDriver, RefusesAnotherStructure) {
    New();
    try.Given.Header.Type = NDIS_OBJECT_TYPE_DEFAULT;
    CHECK_STATUS(Register(), NDIS_STATUS_BAD_CHARACTERISTICS);
    New();
    try.Given.Header.Size = 16;
    CHECK_STATUS(Register(), NDIS_STATUS_BAD_CHARACTERISTICS);
}
CONFORMANCE(NdisMDeregisterMiniportDriver, EndsTheRegistration) {
    New();
    CHECK_STATUS(Register(), NDIS_STATUS_SUCCESS);
    CHECK(try.Deregister);
    /* The same driver may come again. */
    New();
    CHECK_STATUS(Register(), NDIS_STATUS_SUCCESS);
}

static NDIS_STATUS NTAPI AddDevice(NDIS_HANDLE adapter, NDIS_HANDLE driver) {
    UNREFERENCED_PARAMETER(adapter);
    UNREFERENCED_PARAMETER(driver);
    return NDIS_STATUS_SUCCESS;
}
static VOID NTAPI RemoveDevice(NDIS_HANDLE adapter) { UNREFERENCED_PARAMETER(adapter); }

CONFORMANCE(NdisSetOptionalHandlers, TakesPlugAndPlayHandlers) {
    New();
    try.Given.SetOptionsHandler = SetOptions;
    try.Pnp.Header.Type = NDIS_OBJECT_TYPE_MINIPORT_PNP_CHARACTERISTICS;
    try.Pnp.Header.Revision = 1;
    try.Pnp.Header.Size = sizeof(try.Pnp);
    try.Pnp.MiniportAddDeviceHandler = AddDevice;
    try.Pnp.MiniportRemoveDeviceHandler = RemoveDevice;
    CHECK_STATUS(Register(), NDIS_STATUS_SUCCESS);
    CHECK_EQ(try.Options, 1);
}
CONFORMANCE(NdisSetOptionalHandlers, RefusesHandlersThatItDoesNotKnow) {
    New();
    try.Given.SetOptionsHandler = SetOptions;
    try.Pnp.Header.Type = 0x01;
    try.Pnp.Header.Size = sizeof(try.Pnp);
    CHECK(Register() != NDIS_STATUS_SUCCESS);
    CHECK_EQ(try.Options, 1);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

#define SERVICES L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\"

NTKERNELAPI NTSTATUS NTAPI IoCreateDriver(PUNICODE_STRING DriverName, PDRIVER_INITIALIZE Routine);
NTKERNELAPI VOID NTAPI IoDeleteDriver(PDRIVER_OBJECT DriverObject);
NTSYSAPI NTSTATUS NTAPI NtUnloadDriver(PUNICODE_STRING DriverServiceName);

static PDRIVER_OBJECT Made;
static ULONG Unloads;

static VOID NTAPI Unload(PDRIVER_OBJECT DriverObject) {
    CHECK_EQ(DriverObject, Made);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    Unloads++;
}

static NTSTATUS NTAPI AddDevice(PDRIVER_OBJECT DriverObject, PDEVICE_OBJECT Pdo) {
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(Pdo);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI Entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    UNREFERENCED_PARAMETER(RegistryPath);
    Made = DriverObject;
    return STATUS_SUCCESS;
}

static BOOLEAN Begin(VOID) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Driver\\ConformanceGoes");
    Made = NULL;
    Unloads = 0;
    CHECK_SUCCESS(IoCreateDriver(&name, Entry));
    return Made != NULL;
}

static VOID Unloading(NTSTATUS(NTAPI* Call)(PUNICODE_STRING)) {
    UNICODE_STRING service = RTL_CONSTANT_STRING(SERVICES L"ConformanceGoes");
    REQUIRE(Begin());
    CHECK_STATUS(Call(&service), STATUS_INVALID_DEVICE_REQUEST); /* no DriverUnload */
    Made->DriverUnload = Unload;
    Made->DriverExtension->AddDevice = AddDevice;
    CHECK_STATUS(Call(&service), STATUS_INVALID_DEVICE_REQUEST); /* a PnP driver */
    CHECK_EQ(Unloads, 0);
    Made->DriverExtension->AddDevice = NULL;
    CHECK_STATUS(Call(&service), STATUS_SUCCESS);
    CHECK_EQ(Unloads, 1);
    CHECK(!NT_SUCCESS(Call(&service)));
}

CONFORMANCE(ZwUnloadDriver, CallsDriverUnloadOfADriverThatHasOne) { Unloading(ZwUnloadDriver); }
CONFORMANCE(NtUnloadDriver, CallsDriverUnloadOfADriverThatHasOne) { Unloading(NtUnloadDriver); }

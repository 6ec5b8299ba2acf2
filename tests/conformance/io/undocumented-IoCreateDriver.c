// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

/* Exported without a page. Facts: the name, and how public tools call it: the routine is a
 * DriverEntry, whose status is the result; IoDeleteDriver takes the object back. */
NTKERNELAPI NTSTATUS NTAPI IoCreateDriver(PUNICODE_STRING DriverName, PDRIVER_INITIALIZE Routine);
NTKERNELAPI VOID NTAPI IoDeleteDriver(PDRIVER_OBJECT DriverObject);

static PDRIVER_OBJECT Made;
static NTSTATUS Answer;

static NTSTATUS NTAPI Entry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    UNREFERENCED_PARAMETER(RegistryPath);
    Made = DriverObject;
    return Answer;
}

CONFORMANCE(IoCreateDriver, CallsTheRoutineWithADriverObject) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Driver\\ConformanceSecond");
    PDEVICE_OBJECT device = NULL;
    Made = NULL;
    Answer = STATUS_SUCCESS;
    CHECK_STATUS(IoCreateDriver(&name, Entry), STATUS_SUCCESS);
    REQUIRE(Made != NULL);
    CHECK_EQ(Made->Type, IO_TYPE_DRIVER);
    CHECK_TEXT(&Made->DriverName, L"\\Driver\\ConformanceSecond");
    CHECK_SUCCESS(IoCreateDevice(Made, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device));
    if (device != NULL) IoDeleteDevice(device);
    IoDeleteDriver(Made);
}

CONFORMANCE(IoCreateDriver, ReturnsTheRoutinesFailure) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Driver\\ConformanceThird");
    Answer = STATUS_DEVICE_CONFIGURATION_ERROR;
    CHECK_STATUS(IoCreateDriver(&name, Entry), STATUS_DEVICE_CONFIGURATION_ERROR);
}

CONFORMANCE(IoDeleteDriver, TheNameIsFreeAgain) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Driver\\ConformanceFourth");
    int turn;
    Answer = STATUS_SUCCESS;
    for (turn = 0; turn < 2; turn++) {
        Made = NULL;
        CHECK_STATUS(IoCreateDriver(&name, Entry), STATUS_SUCCESS);
        if (Made != NULL) IoDeleteDriver(Made);
    }
}

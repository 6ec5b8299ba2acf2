// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoEnumerateDeviceObjectList, GivesEachDeviceReferenced) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0), list[16] = {NULL};
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    ULONG count = 0, i, seen = 0;
    REQUIRE(device != NULL);
    AT_IRQL(DISPATCH_LEVEL,
            status = IoEnumerateDeviceObjectList(ConformanceDriver, list, sizeof(list), &count));
    CHECK_STATUS(status, STATUS_SUCCESS);
    REQUIRE(count >= 2 && count <= 16);
    for (i = 0; i < count; i++) {
        if (list[i] == device || list[i] == ConformanceDevice) seen++;
        ObDereferenceObject(list[i]);
    }
    CHECK_EQ(seen, 2);
    IoDeleteDevice(device);
}

CONFORMANCE(IoEnumerateDeviceObjectList, ATooSmallArrayGetsWhatFits) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0), list[2] = {NULL, NULL};
    ULONG count = 0;
    REQUIRE(device != NULL);
    CHECK_STATUS(IoEnumerateDeviceObjectList(ConformanceDriver, NULL, 0, &count),
                 STATUS_BUFFER_TOO_SMALL);
    CHECK(count >= 2);
    CHECK_STATUS(IoEnumerateDeviceObjectList(ConformanceDriver, list, sizeof(PVOID), &count),
                 STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(list[0], ConformanceDriver->DeviceObject);
    CHECK_EQ(list[1], NULL);
    if (list[0] != NULL) ObDereferenceObject(list[0]);
    IoDeleteDevice(device);
}

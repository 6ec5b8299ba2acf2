// SPDX-License-Identifier: GPL-2.0-only
#include "provider.h"

CONFORMANCE(EtwWrite, PublishesAtAnyLevel) {
    static const WCHAR name[] = L"a device's name";
    EVENT_DATA_DESCRIPTOR data[2];
    REGHANDLE handle = Register();
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    ULONG number = 5;
    EventDataDescCreate(&data[0], &number, sizeof(number));
    EventDataDescCreate(&data[1], name, sizeof(name));
    CHECK_STATUS(EtwWrite(handle, &Informational, NULL, 2, data), STATUS_SUCCESS);
    AT_IRQL(DISPATCH_LEVEL, status = EtwWrite(handle, &Informational, &SomeActivity, 2, data));
    CHECK_STATUS(status, STATUS_SUCCESS);
    AT_IRQL(HIGH_LEVEL, status = EtwWrite(handle, &Informational, NULL, 1, data));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_STATUS(EtwWrite(handle, &Informational, NULL, 0, NULL), STATUS_SUCCESS);
    EtwUnregister(handle);
}

CONFORMANCE(EtwWrite, SucceedsWhenNobodyKeepsTheEvent) {
    REGHANDLE handle = Register();
    CHECK_STATUS(EtwWrite(handle, &Verbose, NULL, 0, NULL), STATUS_SUCCESS);
    EtwUnregister(handle);
}

CONFORMANCE(EtwWrite, RefusesBadHandlesAndTooManyDescriptors) {
    static EVENT_DATA_DESCRIPTOR data[129];
    static ULONG number;
    REGHANDLE handle = Register();
    int i;
    for (i = 0; i < 129; i++) EventDataDescCreate(&data[i], &number, sizeof(number));
    CHECK_STATUS(EtwWrite(0, &Informational, NULL, 0, NULL), STATUS_INVALID_HANDLE);
    CHECK_STATUS(EtwWrite(handle, &Informational, NULL, 129, data), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(EtwWrite(handle, &Informational, NULL, 128, data), STATUS_SUCCESS);
    EtwUnregister(handle);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "provider.h"

CONFORMANCE(EtwWriteEx, PublishesWithRelatedActivity) {
    EVENT_DATA_DESCRIPTOR data;
    REGHANDLE handle = Register();
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    ULONG number = 6;
    EventDataDescCreate(&data, &number, sizeof(number));
    AT_IRQL(DISPATCH_LEVEL, status = EtwWriteEx(handle, &Informational, 0, 0, &SomeActivity,
                                                &ProviderId, 1, &data));
    CHECK_STATUS(status, STATUS_SUCCESS);
    /* A mask of sessions that are not to have it. */
    CHECK_STATUS(EtwWriteEx(handle, &Informational, ~0ULL, 0, NULL, NULL, 1, &data),
                 STATUS_SUCCESS);
    EtwUnregister(handle);
}

CONFORMANCE(EtwWriteEx, RefusesReservedFlagsAndBadHandles) {
    REGHANDLE handle = Register();
    CHECK(!NT_SUCCESS(EtwWriteEx(handle, &Informational, 0, 0x80, NULL, NULL, 0, NULL)));
    CHECK_STATUS(EtwWriteEx(0, &Informational, 0, 0, NULL, NULL, 0, NULL), STATUS_INVALID_HANDLE);
    EtwUnregister(handle);
}

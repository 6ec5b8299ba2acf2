// SPDX-License-Identifier: GPL-2.0-only
#include "provider.h"

CONFORMANCE(EtwActivityIdControl, SetsAndGetsTheThreadsId) {
    GUID id = SomeActivity, old;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    CHECK_STATUS(EtwActivityIdControl(EVENT_ACTIVITY_CTRL_SET_ID, &id), STATUS_SUCCESS);
    RtlZeroMemory(&id, sizeof(id));
    AT_IRQL(APC_LEVEL, status = EtwActivityIdControl(EVENT_ACTIVITY_CTRL_GET_ID, &id));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_BYTES(&id, &SomeActivity, sizeof(id));
    old = ProviderId;
    CHECK_STATUS(EtwActivityIdControl(EVENT_ACTIVITY_CTRL_GET_SET_ID, &old), STATUS_SUCCESS);
    CHECK_BYTES(&old, &SomeActivity, sizeof(old));
    CHECK_STATUS(EtwActivityIdControl(EVENT_ACTIVITY_CTRL_CREATE_SET_ID, &old), STATUS_SUCCESS);
    CHECK_BYTES(&old, &ProviderId, sizeof(old));
    CHECK_STATUS(EtwActivityIdControl(EVENT_ACTIVITY_CTRL_GET_ID, &id), STATUS_SUCCESS);
    CHECK(RtlCompareMemory(&id, &ProviderId, sizeof(id)) != sizeof(id));
}

CONFORMANCE(EtwActivityIdControl, CreatesDistinctIdsAtAnyLevel) {
    GUID first = {0}, second = {0};
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    AT_IRQL(DISPATCH_LEVEL, status = EtwActivityIdControl(EVENT_ACTIVITY_CTRL_CREATE_ID, &first));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_SUCCESS(EtwActivityIdControl(EVENT_ACTIVITY_CTRL_CREATE_ID, &second));
    CHECK(RtlCompareMemory(&first, &second, sizeof(first)) != sizeof(first));
    CHECK(!NT_SUCCESS(EtwActivityIdControl(99, &first)));
}

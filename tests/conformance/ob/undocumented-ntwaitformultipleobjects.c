// SPDX-License-Identifier: GPL-2.0-only
// Facts: NtWaitForMultipleObjects of public headers (phnt); WaitForMultipleObjects of synchapi.h,
// whose service it is.
#include "names.h"

DECLARE_SERVICE(WaitForMultipleObjects, ULONG, HANDLE*, WAIT_TYPE, BOOLEAN, PLARGE_INTEGER);

static VOID WaitsForAnyOrAll(NTSTATUS(NTAPI* Wait)(ULONG, HANDLE*, WAIT_TYPE, BOOLEAN,
                                                   PLARGE_INTEGER)) {
    LARGE_INTEGER now = {.QuadPart = 0};
    HANDLE handles[2] = {NewEvent(), NewEvent()};
    CHECK_STATUS(Wait(2, handles, WaitAny, FALSE, &now), STATUS_TIMEOUT);
    CHECK_SUCCESS(ZwSetEvent(handles[1], NULL));
    CHECK_STATUS(Wait(2, handles, WaitAny, FALSE, &now), STATUS_WAIT_1);
    CHECK_STATUS(Wait(2, handles, WaitAll, FALSE, &now), STATUS_TIMEOUT);
    CHECK_SUCCESS(ZwSetEvent(handles[0], NULL));
    CHECK_STATUS(Wait(2, handles, WaitAll, FALSE, NULL), STATUS_WAIT_0);
    CHECK_STATUS(Wait(0, handles, WaitAny, FALSE, &now), STATUS_INVALID_PARAMETER_1);
    CHECK_STATUS(Wait(MAXIMUM_WAIT_OBJECTS + 1, handles, WaitAny, FALSE, &now),
                 STATUS_INVALID_PARAMETER_1);
    ZwClose(handles[1]);
    CHECK_STATUS(Wait(2, handles, WaitAny, FALSE, &now), STATUS_INVALID_HANDLE);
    ZwClose(handles[0]);
}
CONFORMANCE(NtWaitForMultipleObjects, WaitsForAnyOrAll) {
    WaitsForAnyOrAll(NtWaitForMultipleObjects);
}
CONFORMANCE(ZwWaitForMultipleObjects, WaitsForAnyOrAll) {
    WaitsForAnyOrAll(ZwWaitForMultipleObjects);
}

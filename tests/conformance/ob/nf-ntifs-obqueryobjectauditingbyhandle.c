// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

CONFORMANCE(ObQueryObjectAuditingByHandle, NothingIsAuditedWithoutAPolicy) {
    HANDLE event = NewEvent();
    BOOLEAN generate = TRUE;
    CHECK_STATUS(ObQueryObjectAuditingByHandle(event, &generate), STATUS_SUCCESS);
    CHECK_EQ(generate, FALSE);
    CHECK_STATUS(ObQueryObjectAuditingByHandle(NO_HANDLE, &generate), STATUS_INVALID_HANDLE);
    ZwClose(event);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "provider.h"

CONFORMANCE(EtwWriteTransfer, PublishesBothActivities) {
    REGHANDLE handle = Register();
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    AT_IRQL(DISPATCH_LEVEL,
            status = EtwWriteTransfer(handle, &Informational, &SomeActivity, &ProviderId, 0, NULL));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_STATUS(EtwWriteTransfer(handle, &Informational, NULL, NULL, 0, NULL), STATUS_SUCCESS);
    EtwUnregister(handle);
    CHECK_STATUS(EtwWriteTransfer(handle, &Informational, NULL, NULL, 0, NULL),
                 STATUS_INVALID_HANDLE);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "provider.h"

CONFORMANCE(EtwWriteString, PublishesAString) {
    REGHANDLE handle = Register();
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    CHECK_STATUS(EtwWriteString(handle, 4, 0x20, NULL, L"a conformance string"), STATUS_SUCCESS);
    AT_IRQL(DISPATCH_LEVEL,
            status = EtwWriteString(handle, 2, 0, &SomeActivity, L"at DISPATCH_LEVEL"));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_STATUS(EtwWriteString(handle, 5, 0, NULL, L"nobody keeps this"), STATUS_SUCCESS);
    EtwUnregister(handle);
    CHECK_STATUS(EtwWriteString(handle, 4, 0, NULL, L"too late"), STATUS_INVALID_HANDLE);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "provider.h"

CONFORMANCE(EtwUnregister, TheHandleIsGone) {
    REGHANDLE handle = Register();
    CHECK_STATUS(EtwUnregister(handle), STATUS_SUCCESS);
    CHECK(!NT_SUCCESS(EtwUnregister(handle)));
    CHECK_STATUS(EtwWrite(handle, &Informational, NULL, 0, NULL), STATUS_INVALID_HANDLE);
    CHECK_EQ(EtwEventEnabled(handle, &Informational), FALSE);
}

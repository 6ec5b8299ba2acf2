// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoRaiseInformationalHardError, FalseForAThreadWithHardErrorsOff) {
    UNICODE_STRING text = RTL_CONSTANT_STRING(L"a conformance test");
    BOOLEAN raised = FALSE, before;
    AT_IRQL(APC_LEVEL, raised = IoRaiseInformationalHardError(STATUS_DISK_FULL, &text, NULL));
    CHECK_EQ(raised, TRUE);
    before = IoSetThreadHardErrorMode(FALSE);
    CHECK_EQ(IoRaiseInformationalHardError(STATUS_DISK_FULL, NULL, KeGetCurrentThread()), FALSE);
    IoSetThreadHardErrorMode(before);
    CHECK_EQ(IoRaiseInformationalHardError(STATUS_DISK_FULL, NULL, KeGetCurrentThread()), TRUE);
}

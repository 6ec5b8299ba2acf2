// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

NTKERNELAPI BOOLEAN NTAPI IoIsValidIrpStatus(NTSTATUS Status);

CONFORMANCE(IoIsValidIrpStatus, KnowsWellFormedOnes) {
    BOOLEAN valid = FALSE;
    AT_IRQL(DISPATCH_LEVEL, valid = IoIsValidIrpStatus(STATUS_SUCCESS));
    CHECK_EQ(valid, TRUE);
    CHECK_EQ(IoIsValidIrpStatus(STATUS_ACCESS_DENIED), TRUE);
    CHECK_EQ(IoIsValidIrpStatus(STATUS_BUFFER_OVERFLOW), TRUE);
    CHECK_EQ(IoIsValidIrpStatus((NTSTATUS)0xE0001234), TRUE); /* the C bit: anybody's own */
}

CONFORMANCE(IoIsValidIrpStatus, FalseForFacilitiesThatNobodyDefined) {
    /* What fills fresh or freed memory, with the C bit clear. */
    CHECK_EQ(IoIsValidIrpStatus((NTSTATUS)0x4BADBEEF), FALSE);
    CHECK_EQ(IoIsValidIrpStatus((NTSTATUS)0xCCCCCCCC), FALSE);
}

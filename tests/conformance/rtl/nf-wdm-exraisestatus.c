/* SPDX-License-Identifier: GPL-2.0-only */
/* With RtlRaiseStatus, its twin in ntifs.h. */
#include "conformance.h"

NTSYSAPI VOID NTAPI RtlRaiseStatus(NTSTATUS Status);

CONFORMANCE(ExRaiseStatus, IsCaughtWithItsStatus) {
    CHECK_RAISES(ExRaiseStatus(STATUS_END_OF_FILE), STATUS_END_OF_FILE);
    CHECK_RAISES(ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES), STATUS_INSUFFICIENT_RESOURCES);
    AT_IRQL(DISPATCH_LEVEL, CHECK_RAISES(ExRaiseStatus(STATUS_IO_TIMEOUT), STATUS_IO_TIMEOUT));
}

CONFORMANCE(ExRaiseStatus, RunsFinallyBlocksOnTheWay) {
    volatile ULONG order = 0;
    __try {
        __try {
            ExRaiseStatus(STATUS_END_OF_FILE);
        } __finally {
            order = order * 10 + 1;
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        order = order * 10 + 2;
    }
    CHECK_EQ(order, 12);
}

CONFORMANCE(RtlRaiseStatus, IsCaughtWithItsStatus) {
    CHECK_RAISES(RtlRaiseStatus(STATUS_END_OF_FILE), STATUS_END_OF_FILE);
}

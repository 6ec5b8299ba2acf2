// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(DbgPrintEx, ReturnsSuccess) {
    CHECK_EQ(DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL, "conformance %x\n", 0xAB),
             STATUS_SUCCESS);
}

CONFORMANCE(DbgPrintEx, TakesMoreThanItTransmits) {
    static char text[700];
    RtlFillMemory(text, sizeof(text) - 1, 'x');
    CHECK_EQ(DbgPrintEx(DPFLTR_IHVDRIVER_ID, 0xFFFFFFFF, "%s\n", text), STATUS_SUCCESS);
}

CONFORMANCE(DbgPrintEx, RunsAtDispatchLevel) {
    AT_IRQL(DISPATCH_LEVEL,
            CHECK_EQ(DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_INFO_LEVEL, "conformance\n"),
                     STATUS_SUCCESS));
}

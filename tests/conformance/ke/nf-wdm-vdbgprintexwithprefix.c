// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

#include <stdarg.h>

static ULONG Print(ULONG Component, const char* Format, ...) {
    ULONG status;
    va_list arguments;
    va_start(arguments, Format);
    status = vDbgPrintExWithPrefix((PCCH) "prefix: ", Component, DPFLTR_ERROR_LEVEL, (PCCH)Format,
                                   arguments);
    va_end(arguments);
    return status;
}

CONFORMANCE(vDbgPrintExWithPrefix, ReturnsSuccess) {
    CHECK_EQ(Print(DPFLTR_DEFAULT_ID, "conformance %u\n", 1), STATUS_SUCCESS);
}

CONFORMANCE(vDbgPrintExWithPrefix, RunsAtDispatchLevel) {
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(Print(DPFLTR_IHVDRIVER_ID, "conformance\n"), STATUS_SUCCESS));
}

// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoGetDriverObjectExtension, FindsByIdentification) {
    static ULONG id, unknown;
    PVOID block = NULL, found = NULL;
    CHECK_SUCCESS(IoAllocateDriverObjectExtension(ConformanceDriver, &id, 16, &block));
    AT_IRQL(DISPATCH_LEVEL, found = IoGetDriverObjectExtension(ConformanceDriver, &id));
    CHECK_EQ(found, block);
    CHECK_EQ(IoGetDriverObjectExtension(ConformanceDriver, &unknown), NULL);
}

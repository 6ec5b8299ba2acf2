// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoAllocateDriverObjectExtension, GivesABlockPerIdentification) {
    static ULONG id, other;
    PVOID block = NULL, second = NULL;
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    AT_IRQL(APC_LEVEL,
            status = IoAllocateDriverObjectExtension(ConformanceDriver, &id, 64, &block));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK(block != NULL);
    CHECK_STATUS(IoAllocateDriverObjectExtension(ConformanceDriver, &id, 64, &second),
                 STATUS_OBJECT_NAME_COLLISION);
    CHECK_SUCCESS(IoAllocateDriverObjectExtension(ConformanceDriver, &other, 64, &second));
    CHECK(second != block);
}

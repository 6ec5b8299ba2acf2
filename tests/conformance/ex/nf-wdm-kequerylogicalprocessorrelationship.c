// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(NTSTATUS, KeQueryLogicalProcessorRelationship, PPROCESSOR_NUMBER, ULONG, PVOID, PULONG);

CONFORMANCE(KeQueryLogicalProcessorRelationship, TellsLengthThenEntries) {
    static UCHAR buffer[4096];
    ULONG length = 0, used = 0, cores = 0, groups = 0;
    CHECK_STATUS(ImportedKeQueryLogicalProcessorRelationship(NULL, 0xFFFF, NULL, &length),
                 STATUS_INFO_LENGTH_MISMATCH);
    REQUIRE(length != 0 && length <= sizeof(buffer));
    CHECK_STATUS(ImportedKeQueryLogicalProcessorRelationship(NULL, 0xFFFF, buffer, &length),
                 STATUS_SUCCESS);
    while (used < length) {
        ULONG relation = *(ULONG*)(buffer + used), size = *(ULONG*)(buffer + used + 4);
        if (relation == 0) cores++;
        if (relation == 4) groups++;
        REQUIRE(size != 0);
        used += size;
    }
    CHECK_EQ(used, length);
    CHECK_EQ(cores, KeQueryActiveProcessorCount(NULL));
    CHECK_EQ(groups, 1);
}

CONFORMANCE(KeQueryLogicalProcessorRelationship, TellsOfOneProcessor) {
    UCHAR buffer[64];
    PROCESSOR_NUMBER number = {0, 0, 0}, bad = {0, 63, 0};
    ULONG length = sizeof(buffer);
    AT_IRQL(DISPATCH_LEVEL,
            CHECK_STATUS(ImportedKeQueryLogicalProcessorRelationship(&number, 0, buffer, &length),
                         STATUS_SUCCESS));
    CHECK_EQ(length, 48);
    CHECK_EQ(*(KAFFINITY*)(buffer + 32), 1);
    CHECK_STATUS(ImportedKeQueryLogicalProcessorRelationship(&bad, 0, buffer, &length),
                 STATUS_INVALID_PARAMETER);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(DbgPrint, ReturnsSuccess) {
    CHECK_EQ(DbgPrint("conformance %d %ws %wZ\n", 7, L"wide", &ConformanceRegistryPath),
             STATUS_SUCCESS);
}

CONFORMANCE(DbgPrint, RunsAtDispatchLevel) {
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(DbgPrint("conformance at %s\n", "dispatch"), STATUS_SUCCESS));
}

/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(MmGetSystemRoutineAddress, FindsWhatIsExported) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"IoCreateDevice"),
                   hal = RTL_CONSTANT_STRING(L"KeStallExecutionProcessor");
    UNICODE_STRING none = RTL_CONSTANT_STRING(L"IoNobodyExportsThis"),
                   wrongCase = RTL_CONSTANT_STRING(L"iocreatedevice");
    ULONG(NTAPI * random)(PULONG);
    UNICODE_STRING callable = RTL_CONSTANT_STRING(L"RtlRandomEx");
    ULONG seed = 1;
    CHECK(MmGetSystemRoutineAddress(&name) != NULL);
    CHECK(MmGetSystemRoutineAddress(&hal) != NULL);
    CHECK_EQ(MmGetSystemRoutineAddress(&none), NULL);
    CHECK_EQ(MmGetSystemRoutineAddress(&wrongCase), NULL);
    random = MmGetSystemRoutineAddress(&callable);
    REQUIRE(random != NULL);
    CHECK(random(&seed) < MAXLONG);
}

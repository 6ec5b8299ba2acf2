// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmPageEntireDriver, GivesTheImagesBase) {
    PVOID base = MmPageEntireDriver((PVOID)(ULONG_PTR)&ConformanceDispatch);
    REQUIRE(base != NULL);
    CHECK_EQ(*(USHORT*)base, 0x5A4D);  // MZ
    CHECK(base <= (PVOID)&ConformanceDispatch);
    MmResetDriverPaging(&ConformanceDispatch);
}

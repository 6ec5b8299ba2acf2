/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(ProbeForWrite, WantsWritableUserMemory) {
    PVOID memory = NULL;
    SIZE_T bytes = 0x2000;
    REQUIRE(NT_SUCCESS(ZwAllocateVirtualMemory(ZwCurrentProcess(), &memory, 0, &bytes,
                                               MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE)));
    CHECK_RAISES(ProbeForWrite(memory, 0x2000, 4), STATUS_SUCCESS);
    CHECK_RAISES(ProbeForWrite((UCHAR*)memory + 1, 8, 4), STATUS_DATATYPE_MISALIGNMENT);
    CHECK_RAISES(ProbeForWrite((PVOID)ConformanceDriver, 8, 1), STATUS_ACCESS_VIOLATION);
    CHECK_RAISES(ProbeForWrite((PVOID)ConformanceDriver, 0, 1), STATUS_SUCCESS);
    bytes = 0;
    ZwFreeVirtualMemory(ZwCurrentProcess(), &memory, &bytes, MEM_RELEASE);
    CHECK_RAISES(ProbeForWrite(memory, 8, 1), STATUS_ACCESS_VIOLATION);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmIsThisAnNtAsSystem, AWorkstationIsNone) {
    RTL_OSVERSIONINFOEXW version = {.dwOSVersionInfoSize = sizeof(version)};
    BOOLEAN server = 7;
    CHECK_SUCCESS(RtlGetVersion((PRTL_OSVERSIONINFOW)&version));
    AT_IRQL(DISPATCH_LEVEL, server = MmIsThisAnNtAsSystem());
    CHECK_EQ(server, version.wProductType != VER_NT_WORKSTATION);
}

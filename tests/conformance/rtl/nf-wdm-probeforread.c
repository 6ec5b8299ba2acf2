/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(ProbeForRead, ChecksRangeAndAlignment) {
    UCHAR* user = (UCHAR*)0x20000;
    CHECK_RAISES(ProbeForRead(user, 64, 1), STATUS_SUCCESS);
    CHECK_RAISES(ProbeForRead(user + 2, 8, 2), STATUS_SUCCESS);
    CHECK_RAISES(ProbeForRead(user + 2, 8, 4), STATUS_DATATYPE_MISALIGNMENT);
    CHECK_RAISES(ProbeForRead((PVOID)ConformanceDriver, 8, 1), STATUS_ACCESS_VIOLATION);
    CHECK_RAISES(ProbeForRead(user, (SIZE_T)MM_USER_PROBE_ADDRESS, 1), STATUS_ACCESS_VIOLATION);
    CHECK_RAISES(ProbeForRead(user, ~(SIZE_T)0, 1), STATUS_ACCESS_VIOLATION);
    CHECK_RAISES(ProbeForRead((PVOID)ConformanceDriver, 0, 1), STATUS_SUCCESS);
    AT_IRQL(APC_LEVEL, CHECK_RAISES(ProbeForRead(user, 64, 1), STATUS_SUCCESS));
}

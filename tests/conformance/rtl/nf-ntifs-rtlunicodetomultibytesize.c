/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlUnicodeToMultiByteSize, LeavesTheTerminatorOut) {
    ULONG bytes = 0;
    CHECK_STATUS(RtlUnicodeToMultiByteSize(&bytes, (PWCH)L"abc", 6), STATUS_SUCCESS);
    CHECK_EQ(bytes, 3);
    AT_IRQL(APC_LEVEL,
            CHECK_STATUS(RtlUnicodeToMultiByteSize(&bytes, (PWCH)L"", 0), STATUS_SUCCESS));
    CHECK_EQ(bytes, 0);
}

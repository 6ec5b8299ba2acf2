/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(RtlMultiByteToUnicodeSize, LeavesTheTerminatorOut) {
    ULONG bytes = 0;
    CHECK_STATUS(RtlMultiByteToUnicodeSize(&bytes, "abc", 3), STATUS_SUCCESS);
    CHECK_EQ(bytes, 6);
    AT_IRQL(APC_LEVEL, CHECK_STATUS(RtlMultiByteToUnicodeSize(&bytes, "", 0), STATUS_SUCCESS));
    CHECK_EQ(bytes, 0);
}

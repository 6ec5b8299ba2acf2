/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisGetVersion, HasTheMajorVersionInItsUpperHalf) {
    NDIS_UINT version = 0;
    AT_IRQL(DISPATCH_LEVEL, version = NdisGetVersion());
    CHECK_EQ(version >> 16, 6);
    CHECK((version & 0xFFFF) >= 30);
}

/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisFreeNetBufferListPool, FreesAPoolUpToDispatchLevel) {
    NDIS_HANDLE pool = ListPool(FALSE, 0, 0);
    REQUIRE(pool != NULL);
    AT_IRQL(DISPATCH_LEVEL, NdisFreeNetBufferListPool(pool));
}

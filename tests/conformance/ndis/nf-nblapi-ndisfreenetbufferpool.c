/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisFreeNetBufferPool, FreesAPoolUpToDispatchLevel) {
    NDIS_HANDLE pool = BufferPool(0);
    REQUIRE(pool != NULL);
    AT_IRQL(DISPATCH_LEVEL, NdisFreeNetBufferPool(pool));
}

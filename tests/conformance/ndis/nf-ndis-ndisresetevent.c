/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisResetEvent, ClearsIt) {
    NDIS_EVENT event;
    NdisInitializeEvent(&event);
    NdisSetEvent(&event);
    AT_IRQL(DISPATCH_LEVEL, NdisResetEvent(&event));
    CHECK(!NdisWaitEvent(&event, 1));
}

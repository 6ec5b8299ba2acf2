/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisSetEvent, SetsItForEveryWaiter) {
    NDIS_EVENT event;
    NdisInitializeEvent(&event);
    AT_IRQL(DISPATCH_LEVEL, NdisSetEvent(&event));
    CHECK(NdisWaitEvent(&event, 0));
    CHECK(NdisWaitEvent(&event, 1)); /* a notification event stays set */
}

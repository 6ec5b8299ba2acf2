/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisWaitEvent, IsFalseWhenTheTimeIsOver) {
    NDIS_EVENT event;
    NdisInitializeEvent(&event);
    LARGE_INTEGER before, after;
    NdisGetSystemUpTimeEx(&before);
    CHECK(!NdisWaitEvent(&event, 30));
    NdisGetSystemUpTimeEx(&after);
    CHECK(after.QuadPart - before.QuadPart >= 15);
}

CONFORMANCE(NdisWaitEvent, IsTrueWhenItIsSet) {
    NDIS_EVENT event;
    NdisInitializeEvent(&event);
    NdisSetEvent(&event);
    CHECK(NdisWaitEvent(&event, 1000));
}

/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisInitializeEvent, MakesAnEventThatIsNotSet) {
    NDIS_EVENT event;
    NdisInitializeEvent(&event);
    CHECK(!NdisWaitEvent(&event, 1));
}

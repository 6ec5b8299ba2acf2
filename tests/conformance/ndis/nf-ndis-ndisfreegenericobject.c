/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"

CONFORMANCE(NdisFreeGenericObject, FreesItUpToDispatchLevel) {
    PNDIS_GENERIC_OBJECT object = NdisAllocateGenericObject(NULL, CONFORMANCE_TAG, 8);
    REQUIRE(object != NULL);
    AT_IRQL(DISPATCH_LEVEL, NdisFreeGenericObject(object));
}

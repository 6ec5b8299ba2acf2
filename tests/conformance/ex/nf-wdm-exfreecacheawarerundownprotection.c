// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExFreeCacheAwareRundownProtection, FreesOneThatWasNeverUsed) {
    PEX_RUNDOWN_REF_CACHE_AWARE rundown =
        ExAllocateCacheAwareRundownProtection(NonPagedPoolNx, CONFORMANCE_TAG);
    REQUIRE(rundown != NULL);
    AT_IRQL(APC_LEVEL, ExFreeCacheAwareRundownProtection(rundown));
}

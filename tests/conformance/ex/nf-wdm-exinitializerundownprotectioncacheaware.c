// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExInitializeRundownProtectionCacheAware, MakesOneInTheCallersMemory) {
    SIZE_T size = ExSizeOfRundownProtectionCacheAware();
    PEX_RUNDOWN_REF_CACHE_AWARE rundown =
        ExAllocatePoolWithTag(NonPagedPoolNx, size, CONFORMANCE_TAG);
    REQUIRE(rundown != NULL);
    ExInitializeRundownProtectionCacheAware(rundown, size);
    CHECK(ExAcquireRundownProtectionCacheAware(rundown));
    ExReleaseRundownProtectionCacheAware(rundown);
    ExWaitForRundownProtectionReleaseCacheAware(rundown);
    CHECK(!ExAcquireRundownProtectionCacheAware(rundown));
    ExFreePoolWithTag(rundown, CONFORMANCE_TAG);
}

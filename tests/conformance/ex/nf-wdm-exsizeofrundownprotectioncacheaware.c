// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExSizeOfRundownProtectionCacheAware, HoldsAReferenceForEachProcessor) {
    SIZE_T size = ExSizeOfRundownProtectionCacheAware();
    CHECK(size >= KeQueryActiveProcessorCount(NULL) * sizeof(EX_RUNDOWN_REF));
    CHECK(size < 0x10000);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(BOOLEAN, PsIsHostSilo, PVOID);

CONFORMANCE(PsIsHostSilo, IsTrueForNull) {
    CHECK(ImportedPsIsHostSilo(NULL));
    CHECK(!ImportedPsIsHostSilo((PVOID)ConformanceDevice));
}

// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(PVOID, PsGetHostSilo, VOID);
IMPORTED(BOOLEAN, PsIsHostSilo, PVOID);

CONFORMANCE(PsIsHostSilo, IsTrueForTheHostOnly) {
    CHECK(ImportedPsIsHostSilo(ImportedPsGetHostSilo()));
    CHECK(!ImportedPsIsHostSilo((PVOID)ConformanceDevice));
}

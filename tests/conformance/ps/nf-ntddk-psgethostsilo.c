// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(PVOID, PsGetHostSilo, VOID);
IMPORTED(BOOLEAN, PsIsHostSilo, PVOID);

CONFORMANCE(PsGetHostSilo, IsWhatPsIsHostSiloKnows) {
    CHECK(ImportedPsIsHostSilo(ImportedPsGetHostSilo()));
}

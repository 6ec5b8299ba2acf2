// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(PVOID, PsGetCurrentServerSilo, VOID);

CONFORMANCE(PsGetCurrentServerSilo, IsTheHostOutsideOfAContainer) {
    CHECK_EQ(ImportedPsGetCurrentServerSilo(), NULL);
}

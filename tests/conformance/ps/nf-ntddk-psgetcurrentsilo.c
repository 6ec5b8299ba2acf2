// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(PVOID, PsGetCurrentSilo, VOID);

CONFORMANCE(PsGetCurrentSilo, IsTheHostOutsideOfAContainer) {
    CHECK_EQ(ImportedPsGetCurrentSilo(), NULL);
}

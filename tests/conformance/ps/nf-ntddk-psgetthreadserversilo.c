// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"
#include "current.h"

IMPORTED(PVOID, PsGetHostSilo, VOID);
IMPORTED(PVOID, PsGetThreadServerSilo, PETHREAD);

CONFORMANCE(PsGetThreadServerSilo, IsTheHostOutsideOfAContainer) {
    CHECK_EQ(ImportedPsGetThreadServerSilo(PsGetCurrentThread()), ImportedPsGetHostSilo());
}

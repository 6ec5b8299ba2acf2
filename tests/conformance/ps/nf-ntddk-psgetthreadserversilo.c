// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(PVOID, PsGetThreadServerSilo, PETHREAD);

CONFORMANCE(PsGetThreadServerSilo, IsTheHostOutsideOfAContainer) {
    CHECK_EQ(ImportedPsGetThreadServerSilo(PsGetCurrentThread()), NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(PVOID, PsAttachSiloToCurrentThread, PVOID);
IMPORTED(VOID, PsDetachSiloFromCurrentThread, PVOID);
IMPORTED(PVOID, PsGetCurrentSilo, VOID);

CONFORMANCE(PsAttachSiloToCurrentThread, ReturnsThePreviousSilo) {
    PVOID before = ImportedPsAttachSiloToCurrentThread(NULL);
    CHECK_EQ(before, NULL);
    CHECK_EQ(ImportedPsGetCurrentSilo(), NULL);
    ImportedPsDetachSiloFromCurrentThread(before);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(PVOID, PsGetHostSilo, VOID);
IMPORTED(PVOID, PsAttachSiloToCurrentThread, PVOID);
IMPORTED(VOID, PsDetachSiloFromCurrentThread, PVOID);
IMPORTED(PVOID, PsGetCurrentSilo, VOID);

CONFORMANCE(PsAttachSiloToCurrentThread, ReturnsThePreviousSilo) {
    PVOID before = ImportedPsAttachSiloToCurrentThread(ImportedPsGetHostSilo());
    CHECK_EQ(before, ImportedPsGetHostSilo());
    CHECK_EQ(ImportedPsGetCurrentSilo(), ImportedPsGetHostSilo());
    ImportedPsDetachSiloFromCurrentThread(before);
}

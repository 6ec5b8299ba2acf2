// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(PVOID, PsAttachSiloToCurrentThread, PVOID);
IMPORTED(VOID, PsDetachSiloFromCurrentThread, PVOID);
IMPORTED(PVOID, PsGetCurrentSilo, VOID);

CONFORMANCE(PsDetachSiloFromCurrentThread, GoesBackToThePreviousSilo) {
    PVOID home = ImportedPsGetCurrentSilo();
    ImportedPsDetachSiloFromCurrentThread(ImportedPsAttachSiloToCurrentThread(NULL));
    CHECK_EQ(ImportedPsGetCurrentSilo(), home);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(ULONG, KeIsExecutingDpc, VOID);

static VOID NTAPI Routine(PKDPC Dpc, PVOID Context, PVOID First, PVOID Second) {
    *(ULONG*)Context = ImportedKeIsExecutingDpc();
}

CONFORMANCE(KeIsExecutingDpc, IsNonzeroInADpcOnly) {
    KDPC dpc;
    ULONG seen = 0;
    KeInitializeDpc(&dpc, Routine, &seen);
    KeInsertQueueDpc(&dpc, NULL, NULL);
    KeFlushQueuedDpcs();
    CHECK(seen != 0);
    CHECK_EQ(ImportedKeIsExecutingDpc(), 0);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(ImportedKeIsExecutingDpc(), 0));
}

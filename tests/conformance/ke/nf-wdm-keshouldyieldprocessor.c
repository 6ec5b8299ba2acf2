// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(ULONG, KeShouldYieldProcessor, VOID);

static VOID NTAPI Routine(PKDPC Dpc, PVOID Context, PVOID First, PVOID Second) {}

CONFORMANCE(KeShouldYieldProcessor, IsTrueWhenADpcWaits) {
    KDPC dpc;
    KeInitializeDpc(&dpc, Routine, NULL);
    AT_IRQL(DISPATCH_LEVEL, {
        KeInsertQueueDpc(&dpc, NULL, NULL);
        CHECK(ImportedKeShouldYieldProcessor());
    });
    KeFlushQueuedDpcs();
}

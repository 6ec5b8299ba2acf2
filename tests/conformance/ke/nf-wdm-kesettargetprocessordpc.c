// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

static VOID NTAPI Where(PKDPC Dpc, PVOID Context, PVOID First, PVOID Second) {
    *(ULONG*)Context = KeGetCurrentProcessorNumberEx(NULL);
}

CONFORMANCE(KeSetTargetProcessorDpc, TheDpcRunsOnThatProcessor) {
    ULONG count = KeQueryActiveProcessorCount(NULL), i;
    for (i = 0; i < count; i++) {
        KDPC dpc;
        ULONG where = ~0u;
        KeInitializeDpc(&dpc, Where, &where);
        KeSetTargetProcessorDpc(&dpc, (CCHAR)i);
        KeInsertQueueDpc(&dpc, NULL, NULL);
        KeFlushQueuedDpcs();
        CHECK_EQ(where, i);
    }
}

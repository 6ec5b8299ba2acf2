// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

static VOID NTAPI Where(PKDPC Dpc, PVOID Context, PVOID First, PVOID Second) {
    *(ULONG*)Context = KeGetCurrentProcessorNumberEx(NULL);
}

CONFORMANCE(KeSetTargetProcessorDpcEx, TheDpcRunsOnThatProcessor) {
    ULONG count = KeQueryActiveProcessorCount(NULL), i;
    for (i = 0; i < count; i++) {
        PROCESSOR_NUMBER number = {0, (UCHAR)i, 0};
        KDPC dpc;
        ULONG where = ~0u;
        KeInitializeDpc(&dpc, Where, &where);
        CHECK_STATUS(KeSetTargetProcessorDpcEx(&dpc, &number), STATUS_SUCCESS);
        KeInsertQueueDpc(&dpc, NULL, NULL);
        KeFlushQueuedDpcs();
        CHECK_EQ(where, i);
    }
}

CONFORMANCE(KeSetTargetProcessorDpcEx, RefusesAProcessorThatIsNotThere) {
    PROCESSOR_NUMBER number = {0, 63, 0}, group = {7, 0, 0};
    KDPC dpc;
    KeInitializeDpc(&dpc, Where, NULL);
    CHECK_STATUS(KeSetTargetProcessorDpcEx(&dpc, &number), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(KeSetTargetProcessorDpcEx(&dpc, &group), STATUS_INVALID_PARAMETER);
}

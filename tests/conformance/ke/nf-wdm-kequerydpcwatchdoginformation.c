// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

static NTSTATUS Seen;
static KDPC_WATCHDOG_INFORMATION Information;

static VOID NTAPI Routine(PKDPC Dpc, PVOID Context, PVOID First, PVOID Second) {
    Seen = KeQueryDpcWatchdogInformation(&Information);
}

CONFORMANCE(KeQueryDpcWatchdogInformation, TellsLimitsInADpc) {
    KDPC dpc;
    Seen = STATUS_PENDING;
    KeInitializeDpc(&dpc, Routine, NULL);
    KeInsertQueueDpc(&dpc, NULL, NULL);
    KeFlushQueuedDpcs();
    CHECK_STATUS(Seen, STATUS_SUCCESS);
    CHECK(Information.DpcTimeCount <= Information.DpcTimeLimit);
    CHECK(Information.DpcWatchdogCount <= Information.DpcWatchdogLimit);
}

CONFORMANCE(KeQueryDpcWatchdogInformation, FailsOutsideOfADpc) {
    AT_IRQL(DISPATCH_LEVEL,
            CHECK_STATUS(KeQueryDpcWatchdogInformation(&Information), STATUS_UNSUCCESSFUL));
}

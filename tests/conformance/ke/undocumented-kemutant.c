// SPDX-License-Identifier: GPL-2.0-only
// Facts from the prototypes of public headers (ntifs.h of the WDK has KMUTANT) and from the
// documentation of mutexes, which are mutants that hold off APCs: KeReleaseMutex.
#include "threads.h"

NTKERNELAPI VOID NTAPI KeInitializeMutant(PRKMUTANT Mutant, BOOLEAN InitialOwner);
NTKERNELAPI LONG NTAPI KeReleaseMutant(PRKMUTANT Mutant, KPRIORITY Increment, BOOLEAN Abandoned,
                                       BOOLEAN Wait);
NTKERNELAPI LONG NTAPI KeReadStateMutant(PRKMUTANT Mutant);

static KMUTANT Shared;

static VOID NTAPI EndHoldingIt(PVOID Context) { WaitMs(Context, HELPER_TIMEOUT_MS); }
static VOID NTAPI ReleaseOfAnother(PVOID Context) {
    CHECK_RAISES(KeReleaseMutant(Context, IO_NO_INCREMENT, FALSE, FALSE), STATUS_MUTANT_NOT_OWNED);
}

CONFORMANCE(KeInitializeMutant, GivesItToTheInitialOwner) {
    KMUTANT mutant;
    KeInitializeMutant(&mutant, TRUE);
    CHECK_EQ(KeReadStateMutant(&mutant), 0);
    CHECK(!KeAreApcsDisabled());
    CHECK_EQ(KeReleaseMutant(&mutant, IO_NO_INCREMENT, FALSE, FALSE), 0);
    CHECK_EQ(KeReadStateMutant(&mutant), 1);
}

CONFORMANCE(KeReleaseMutant, RaisesWhenTheCallerDoesNotHoldIt) {
    KMUTANT mutant;
    KeInitializeMutant(&mutant, TRUE);
    CHECK(RunHelper(ReleaseOfAnother, &mutant));
    KeReleaseMutant(&mutant, IO_NO_INCREMENT, FALSE, FALSE);
}

CONFORMANCE(KeReleaseMutant, AThreadThatEndsAbandonsIt) {
    KeInitializeMutant(&Shared, FALSE);
    REQUIRE(RunHelper(EndHoldingIt, &Shared));
    CHECK_STATUS(WaitMs(&Shared, HELPER_TIMEOUT_MS), STATUS_ABANDONED_WAIT_0);
    KeReleaseMutant(&Shared, IO_NO_INCREMENT, FALSE, FALSE);
}

CONFORMANCE(KeReadStateMutant, CountsRecursion) {
    KMUTANT mutant;
    KeInitializeMutant(&mutant, FALSE);
    WaitMs(&mutant, 0);
    WaitMs(&mutant, 0);
    CHECK_EQ(KeReadStateMutant(&mutant), -1);
    KeReleaseMutant(&mutant, IO_NO_INCREMENT, FALSE, FALSE);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(KeReadStateMutant(&mutant), 0));
    KeReleaseMutant(&mutant, IO_NO_INCREMENT, FALSE, FALSE);
}

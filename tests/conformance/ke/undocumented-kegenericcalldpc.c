// SPDX-License-Identifier: GPL-2.0-only
// Prototypes of public headers (ntddk.h of older kits); described in Windows Internals, "DPCs". The
// routine runs on every processor, each tells when it is done.
#include "conformance.h"

NTKERNELAPI VOID NTAPI KeGenericCallDpc(PKDEFERRED_ROUTINE Routine, PVOID Context);
NTKERNELAPI VOID NTAPI KeSignalCallDpcDone(PVOID SystemArgument1);
NTKERNELAPI LOGICAL NTAPI KeSignalCallDpcSynchronize(PVOID SystemArgument2);

static struct {
    LONG Ran, Firsts, BeforeBarrier, Wrong;
    KAFFINITY Where;
} Seen;

static VOID NTAPI OnEach(PKDPC Dpc, PVOID Context, PVOID Done, PVOID Barrier) {
    LONG count = *(LONG*)Context;
    if (KeGetCurrentIrql() != DISPATCH_LEVEL) Seen.Wrong++;
    InterlockedOr64((LONG64*)&Seen.Where, 1LL << KeGetCurrentProcessorNumberEx(NULL));
    InterlockedIncrement(&Seen.BeforeBarrier);
    if (KeSignalCallDpcSynchronize(Barrier)) InterlockedIncrement(&Seen.Firsts);
    if (Seen.BeforeBarrier != count) Seen.Wrong++;
    InterlockedIncrement(&Seen.Ran);
    KeSignalCallDpcDone(Done);
}

CONFORMANCE(KeGenericCallDpc, RunsOnEveryProcessorAtDispatchLevel) {
    LONG count = (LONG)KeQueryActiveProcessorCount(NULL);
    RtlZeroMemory(&Seen, sizeof(Seen));
    KeGenericCallDpc(OnEach, &count);
    CHECK_EQ(Seen.Ran, count);
    CHECK_EQ(Seen.Wrong, 0);
    CHECK_EQ(Seen.Where, KeQueryActiveProcessors());
}

CONFORMANCE(KeSignalCallDpcSynchronize, IsTrueOnOneProcessor) {
    LONG count = (LONG)KeQueryActiveProcessorCount(NULL), i;
    for (i = 0; i < 20; i++) {
        RtlZeroMemory(&Seen, sizeof(Seen));
        KeGenericCallDpc(OnEach, &count);
        CHECK_EQ(Seen.Firsts, 1);
    }
}

CONFORMANCE(KeSignalCallDpcDone, LetsTheCallReturnWhenAllAreDone) {
    LONG count = (LONG)KeQueryActiveProcessorCount(NULL);
    RtlZeroMemory(&Seen, sizeof(Seen));
    AT_IRQL(APC_LEVEL, KeGenericCallDpc(OnEach, &count));
    CHECK_EQ(Seen.Ran, count);
}

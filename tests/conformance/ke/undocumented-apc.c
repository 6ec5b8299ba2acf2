// SPDX-License-Identifier: GPL-2.0-only
// Kernel APCs: prototypes as in public headers and as described by Windows Internals (Russinovich,
// Solomon, Ionescu), "Asynchronous procedure calls", and by docs "Types of APCs", "Disabling APCs".
#include "conformance.h"

typedef enum { OriginalApc, AttachedApc, CurrentApc, InsertApc } TEST_APC_ENVIRONMENT;
typedef VOID(NTAPI* NORMAL)(PVOID, PVOID, PVOID);
typedef VOID(NTAPI* KERNEL)(PRKAPC, NORMAL*, PVOID*, PVOID*, PVOID*);
NTKERNELAPI VOID NTAPI KeInitializeApc(PRKAPC Apc, PETHREAD Thread,
                                       TEST_APC_ENVIRONMENT Environment, KERNEL KernelRoutine,
                                       PVOID RundownRoutine, NORMAL NormalRoutine,
                                       KPROCESSOR_MODE Mode, PVOID Context);
NTKERNELAPI BOOLEAN NTAPI KeInsertQueueApc(PRKAPC Apc, PVOID First, PVOID Second,
                                           KPRIORITY Increment);
NTKERNELAPI BOOLEAN NTAPI KeRemoveQueueApc(PRKAPC Apc);

static struct {
    LONG Kernel, Normal;
    KIRQL KernelIrql, NormalIrql;
    PVOID First, Second, Context;
} Seen;

static VOID NTAPI KernelRoutine(PRKAPC Apc, NORMAL* Normal, PVOID* Context, PVOID* First,
                                PVOID* Second) {
    Seen.Kernel++;
    Seen.KernelIrql = KeGetCurrentIrql();
    Seen.First = *First;
    Seen.Second = *Second;
}
static VOID NTAPI NormalRoutine(PVOID Context, PVOID First, PVOID Second) {
    Seen.Normal++;
    Seen.NormalIrql = KeGetCurrentIrql();
    Seen.Context = Context;
}
static VOID InitSpecial(PRKAPC Apc) {
    RtlZeroMemory(&Seen, sizeof(Seen));
    KeInitializeApc(Apc, PsGetCurrentThread(), OriginalApc, KernelRoutine, NULL, NULL, KernelMode,
                    NULL);
}
static VOID InitNormal(PRKAPC Apc) {
    RtlZeroMemory(&Seen, sizeof(Seen));
    KeInitializeApc(Apc, PsGetCurrentThread(), OriginalApc, KernelRoutine, NULL, NormalRoutine,
                    KernelMode, (PVOID)0x33);
}

CONFORMANCE(KeInitializeApc, MakesAnApcThatIsNotQueued) {
    KAPC apc;
    AT_IRQL(DISPATCH_LEVEL, InitSpecial(&apc));
    CHECK(!KeRemoveQueueApc(&apc));
    CHECK_EQ(Seen.Kernel, 0);
}

CONFORMANCE(KeInsertQueueApc, SpecialApcRunsAtApcLevelAtOnce) {
    KAPC apc;
    InitSpecial(&apc);
    CHECK(KeInsertQueueApc(&apc, (PVOID)0x11, (PVOID)0x22, IO_NO_INCREMENT));
    CHECK_EQ(Seen.Kernel, 1);
    CHECK_EQ(Seen.KernelIrql, APC_LEVEL);
    CHECK_EQ(Seen.First, (PVOID)0x11);
    CHECK_EQ(Seen.Second, (PVOID)0x22);
}

CONFORMANCE(KeInsertQueueApc, NormalApcRunsAtPassiveLevel) {
    KAPC apc;
    InitNormal(&apc);
    CHECK(KeInsertQueueApc(&apc, NULL, NULL, IO_NO_INCREMENT));
    CHECK_EQ(Seen.Kernel, 1);
    CHECK_EQ(Seen.Normal, 1);
    CHECK_EQ(Seen.NormalIrql, PASSIVE_LEVEL);
    CHECK_EQ(Seen.Context, (PVOID)0x33);
}

CONFORMANCE(KeInsertQueueApc, IsRefusedWhileQueued) {
    KAPC apc;
    InitSpecial(&apc);
    AT_IRQL(APC_LEVEL, {
        CHECK(KeInsertQueueApc(&apc, NULL, NULL, IO_NO_INCREMENT));
        CHECK(!KeInsertQueueApc(&apc, NULL, NULL, IO_NO_INCREMENT));
        CHECK_EQ(Seen.Kernel, 0);
    });
    CHECK_EQ(Seen.Kernel, 1);
}

CONFORMANCE(KeInsertQueueApc, CriticalRegionHoldsOffNormalApcsOnly) {
    KAPC normal, special;
    KeEnterCriticalRegion();
    InitNormal(&normal);
    KeInsertQueueApc(&normal, NULL, NULL, IO_NO_INCREMENT);
    CHECK_EQ(Seen.Normal, 0);
    KeLeaveCriticalRegion();
    CHECK_EQ(Seen.Normal, 1);
    InitSpecial(&special);
    KeEnterCriticalRegion();
    KeInsertQueueApc(&special, NULL, NULL, IO_NO_INCREMENT);
    CHECK_EQ(Seen.Kernel, 1);
    KeLeaveCriticalRegion();
}

CONFORMANCE(KeRemoveQueueApc, TakesAQueuedApcOut) {
    KAPC apc;
    InitSpecial(&apc);
    AT_IRQL(APC_LEVEL, {
        KeInsertQueueApc(&apc, NULL, NULL, IO_NO_INCREMENT);
        CHECK(KeRemoveQueueApc(&apc));
        CHECK(!KeRemoveQueueApc(&apc));
    });
    CHECK_EQ(Seen.Kernel, 0);
}

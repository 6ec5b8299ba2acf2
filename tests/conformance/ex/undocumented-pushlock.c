// SPDX-License-Identifier: GPL-2.0-only
// The routines behind the documented macros ExAcquirePushLockExclusive, ExAcquirePushLockShared,
// ExReleasePushLockExclusive, ExReleasePushLockShared (pages in wdm), and their older Exf names.
#include "threads.h"

NTKERNELAPI VOID NTAPI ExAcquirePushLockExclusiveEx(PEX_PUSH_LOCK Lock, ULONG Flags);
NTKERNELAPI VOID NTAPI ExAcquirePushLockSharedEx(PEX_PUSH_LOCK Lock, ULONG Flags);
NTKERNELAPI BOOLEAN NTAPI ExTryAcquirePushLockExclusiveEx(PEX_PUSH_LOCK Lock, ULONG Flags);
NTKERNELAPI BOOLEAN NTAPI ExTryAcquirePushLockSharedEx(PEX_PUSH_LOCK Lock, ULONG Flags);
NTKERNELAPI VOID NTAPI ExReleasePushLockExclusiveEx(PEX_PUSH_LOCK Lock, ULONG Flags);
NTKERNELAPI VOID NTAPI ExReleasePushLockSharedEx(PEX_PUSH_LOCK Lock, ULONG Flags);
NTKERNELAPI VOID NTAPI ExReleasePushLockEx(PEX_PUSH_LOCK Lock, ULONG Flags);
NTKERNELAPI VOID NTAPI ExfAcquirePushLockExclusive(PEX_PUSH_LOCK Lock);
NTKERNELAPI VOID NTAPI ExfAcquirePushLockShared(PEX_PUSH_LOCK Lock);
NTKERNELAPI BOOLEAN NTAPI ExfTryAcquirePushLockShared(PEX_PUSH_LOCK Lock);
NTKERNELAPI VOID NTAPI ExfReleasePushLock(PEX_PUSH_LOCK Lock);
NTKERNELAPI VOID NTAPI ExfReleasePushLockExclusive(PEX_PUSH_LOCK Lock);
NTKERNELAPI VOID NTAPI ExfReleasePushLockShared(PEX_PUSH_LOCK Lock);

static EX_PUSH_LOCK Shared;
static ULONG Sum;

/* Which ways another thread could take the lock now. */
static VOID NTAPI Probe(PVOID Context) {
    ULONG* result = Context;
    KeEnterCriticalRegion();
    if (ExTryAcquirePushLockExclusiveEx(&Shared, 0)) {
        *result |= 1;
        ExReleasePushLockExclusiveEx(&Shared, 0);
    }
    if (ExTryAcquirePushLockSharedEx(&Shared, 0)) {
        *result |= 2;
        ExReleasePushLockSharedEx(&Shared, 0);
    }
    KeLeaveCriticalRegion();
}
static ULONG Free(VOID) {
    ULONG result = 0;
    RunHelper(Probe, &result);
    return result;
}
static VOID NTAPI CountUp(PVOID Context) {
    ULONG i;
    for (i = 0; i < 2000; i++) {
        ULONG seen;
        KeEnterCriticalRegion();
        ExAcquirePushLockExclusiveEx(&Shared, 0);
        seen = Sum;
        if (i % 200 == 0) KeStallExecutionProcessor(20);
        Sum = seen + 1;
        ExReleasePushLockExclusiveEx(&Shared, 0);
        KeLeaveCriticalRegion();
    }
}
#define IN_REGION(statements)          \
    do {                               \
        ExInitializePushLock(&Shared); \
        KeEnterCriticalRegion();       \
        statements;                    \
        KeLeaveCriticalRegion();       \
        CHECK_EQ(Free(), 3);           \
    } while (0)

CONFORMANCE(ExAcquirePushLockExclusiveEx, KeepsEverybodyElseOut) {
    IN_REGION({
        ExAcquirePushLockExclusiveEx(&Shared, 0);
        CHECK_EQ(Free(), 0);
        ExReleasePushLockExclusiveEx(&Shared, 0);
    });
}
CONFORMANCE(ExAcquirePushLockExclusiveEx, LetsOneOwnerInAtATime) {
    PETHREAD one, two;
    ExInitializePushLock(&Shared);
    Sum = 0;
    one = StartHelper(CountUp, NULL);
    two = StartHelper(CountUp, NULL);
    CountUp(NULL);
    CHECK(EndHelper(one) && EndHelper(two));
    CHECK_EQ(Sum, 6000);
}
CONFORMANCE(ExAcquirePushLockSharedEx, LetsOthersShare) {
    IN_REGION({
        ExAcquirePushLockSharedEx(&Shared, 0);
        CHECK_EQ(Free(), 2);
        ExReleasePushLockSharedEx(&Shared, 0);
    });
}
CONFORMANCE(ExTryAcquirePushLockExclusiveEx, TakesAFreeLockOnly) {
    IN_REGION({
        CHECK(ExTryAcquirePushLockExclusiveEx(&Shared, 0));
        CHECK_EQ(Free(), 0);
        ExReleasePushLockExclusiveEx(&Shared, 0);
    });
}
CONFORMANCE(ExTryAcquirePushLockSharedEx, IsRefusedByAnExclusiveOwner) {
    IN_REGION({
        CHECK(ExTryAcquirePushLockSharedEx(&Shared, 0));
        CHECK_EQ(Free(), 2);
        ExReleasePushLockSharedEx(&Shared, 0);
        ExAcquirePushLockExclusiveEx(&Shared, 0);
        CHECK(!ExTryAcquirePushLockSharedEx(&Shared, 0));
        ExReleasePushLockExclusiveEx(&Shared, 0);
    });
}
CONFORMANCE(ExReleasePushLockExclusiveEx, FreesTheLock) {
    IN_REGION({
        ExAcquirePushLockExclusiveEx(&Shared, 0);
        ExReleasePushLockExclusiveEx(&Shared, 0);
        CHECK_EQ(Free(), 3);
    });
}
CONFORMANCE(ExReleasePushLockSharedEx, TheLastSharerFreesTheLock) {
    IN_REGION({
        ExAcquirePushLockSharedEx(&Shared, 0);
        ExAcquirePushLockSharedEx(&Shared, 0);
        ExReleasePushLockSharedEx(&Shared, 0);
        CHECK_EQ(Free(), 2);
        ExReleasePushLockSharedEx(&Shared, 0);
    });
}
CONFORMANCE(ExReleasePushLockEx, ReleasesEitherKind) {
    IN_REGION({
        ExAcquirePushLockExclusiveEx(&Shared, 0);
        ExReleasePushLockEx(&Shared, 0);
        CHECK_EQ(Free(), 3);
        ExAcquirePushLockSharedEx(&Shared, 0);
        ExReleasePushLockEx(&Shared, 0);
    });
}
CONFORMANCE(ExfAcquirePushLockExclusive, KeepsEverybodyElseOut) {
    IN_REGION({
        ExfAcquirePushLockExclusive(&Shared);
        CHECK_EQ(Free(), 0);
        ExfReleasePushLockExclusive(&Shared);
    });
}
CONFORMANCE(ExfAcquirePushLockShared, LetsOthersShare) {
    IN_REGION({
        ExfAcquirePushLockShared(&Shared);
        CHECK_EQ(Free(), 2);
        ExfReleasePushLockShared(&Shared);
    });
}
CONFORMANCE(ExfTryAcquirePushLockShared, IsRefusedByAnExclusiveOwner) {
    IN_REGION({
        ExfAcquirePushLockExclusive(&Shared);
        CHECK(!ExfTryAcquirePushLockShared(&Shared));
        ExfReleasePushLockExclusive(&Shared);
        CHECK(ExfTryAcquirePushLockShared(&Shared));
        ExfReleasePushLockShared(&Shared);
    });
}
CONFORMANCE(ExfReleasePushLock, ReleasesEitherKind) {
    IN_REGION({
        ExfAcquirePushLockExclusive(&Shared);
        ExfReleasePushLock(&Shared);
        CHECK_EQ(Free(), 3);
        ExfAcquirePushLockShared(&Shared);
        ExfReleasePushLock(&Shared);
    });
}
CONFORMANCE(ExfReleasePushLockExclusive, FreesTheLock) {
    IN_REGION({
        ExfAcquirePushLockExclusive(&Shared);
        ExfReleasePushLockExclusive(&Shared);
        CHECK_EQ(Free(), 3);
    });
}
CONFORMANCE(ExfReleasePushLockShared, FreesTheLock) {
    IN_REGION({
        ExfAcquirePushLockShared(&Shared);
        ExfReleasePushLockShared(&Shared);
        CHECK_EQ(Free(), 3);
    });
}

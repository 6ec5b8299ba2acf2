// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(ULONG, ExInterlockedAddUlong, PULONG, ULONG, PKSPIN_LOCK);

static ULONG Sum;
static KSPIN_LOCK Lock;

static VOID NTAPI Add(PVOID Context) {
    ULONG i;
    for (i = 0; i < 20000; i++) ImportedExInterlockedAddUlong(&Sum, 3, &Lock);
}

CONFORMANCE(ExInterlockedAddUlong, ReturnsTheOriginalValue) {
    KSPIN_LOCK lock;
    ULONG value = 0xFFFFFFFF;
    KeInitializeSpinLock(&lock);
    CHECK_EQ(ImportedExInterlockedAddUlong(&value, 2, &lock), 0xFFFFFFFF);
    CHECK_EQ(value, 1);
    AT_IRQL(HIGH_LEVEL, CHECK_EQ(ImportedExInterlockedAddUlong(&value, 1, &lock), 1));
}

CONFORMANCE(ExInterlockedAddUlong, LosesNothingAmongProcessors) {
    PETHREAD other;
    KeInitializeSpinLock(&Lock);
    Sum = 0;
    other = StartHelper(Add, NULL);
    Add(NULL);
    CHECK(EndHelper(other));
    CHECK_EQ(Sum, 120000);
}

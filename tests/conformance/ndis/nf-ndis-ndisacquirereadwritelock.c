/* SPDX-License-Identifier: GPL-2.0-only */
#include "ndis_test.h"
#include "threads.h"

static NDIS_RW_LOCK lock;
static volatile LONG inside;
static LONG shared, broken;

CONFORMANCE(NdisInitializeReadWriteLock, TheLockIsFree) {
    LOCK_STATE state;
    RtlFillMemory(&lock, sizeof(lock), 0xCC);
    NdisInitializeReadWriteLock(&lock);
    NdisAcquireReadWriteLock(&lock, TRUE, &state);
    NdisReleaseReadWriteLock(&lock, &state);
}
CONFORMANCE(NdisAcquireReadWriteLock, RaisesTheIrql) {
    LOCK_STATE state;
    KIRQL reading, writing;
    NdisInitializeReadWriteLock(&lock);
    NdisAcquireReadWriteLock(&lock, FALSE, &state);
    reading = KeGetCurrentIrql();
    NdisReleaseReadWriteLock(&lock, &state);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    NdisAcquireReadWriteLock(&lock, TRUE, &state);
    writing = KeGetCurrentIrql();
    NdisReleaseReadWriteLock(&lock, &state);
    CHECK_EQ(reading, DISPATCH_LEVEL);
    CHECK_EQ(writing, DISPATCH_LEVEL);
}
CONFORMANCE(NdisAcquireReadWriteLock, ReadersMayNest) {
    LOCK_STATE outer, inner;
    NdisInitializeReadWriteLock(&lock);
    NdisAcquireReadWriteLock(&lock, FALSE, &outer);
    NdisAcquireReadWriteLock(&lock, FALSE, &inner);
    NdisReleaseReadWriteLock(&lock, &inner);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    NdisReleaseReadWriteLock(&lock, &outer);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    NdisAcquireReadWriteLock(&lock, TRUE, &outer); /* none is counted any more */
    NdisReleaseReadWriteLock(&lock, &outer);
}
#define ROUNDS 20000
static VOID NTAPI Count(PVOID context) {
    LOCK_STATE state;
    for (LONG i = 0; i < ROUNDS; ++i) {
        if ((i & 3) == (LONG_PTR)context) {
            NdisAcquireReadWriteLock(&lock, TRUE, &state);
            if (InterlockedIncrement(&inside) != 1) ++broken; /* nobody else, not a reader */
            ++shared;
            InterlockedDecrement(&inside);
        } else {
            LONG before;
            NdisAcquireReadWriteLock(&lock, FALSE, &state);
            before = shared;
            if (inside != 0 || before != *(volatile LONG*)&shared) InterlockedIncrement(&broken);
        }
        NdisReleaseReadWriteLock(&lock, &state);
    }
}
CONFORMANCE(NdisReleaseReadWriteLock, WritersExcludeReadersAndWriters) {
    PETHREAD threads[3];
    NdisInitializeReadWriteLock(&lock);
    inside = shared = broken = 0;
    for (LONG_PTR i = 0; i < 3; ++i) threads[i] = StartHelper(Count, (PVOID)i);
    for (ULONG i = 0; i < 3; ++i) CHECK(EndHelper(threads[i]));
    CHECK_EQ(shared, 3 * ROUNDS / 4);
    CHECK_EQ(broken, 0);
}

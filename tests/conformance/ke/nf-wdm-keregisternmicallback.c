// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

#include <intrin.h>

static volatile LONG Count, Order[2];
static KIRQL Level;
static BOOLEAN HandledBefore[2];

static BOOLEAN NTAPI OnNmi(PVOID Context, BOOLEAN Handled) {
    LONG index = InterlockedIncrement(&Count) - 1;
    if (index < 2) {
        Order[index] = (LONG)(LONG_PTR)Context;
        HandledBefore[index] = Handled;
    }
    Level = KeGetCurrentIrql();
    return TRUE;
}

/* A non-maskable interrupt to this processor, through its local APIC. */
static VOID InterruptSelf(VOID) {
    ULONG64 base = __readmsr(0x1B);
    if (base & 0x400) {
        __writemsr(0x830, __readmsr(0x802) << 32 | 0x4400);
    } else {
        PHYSICAL_ADDRESS physical = {.QuadPart = (LONGLONG)(base & 0xFFFFFF000ULL)};
        volatile ULONG* apic = MmMapIoSpace(physical, 0x1000, MmNonCached);
        if (apic == NULL) return;
        apic[0x310 / 4] = apic[0x20 / 4];
        apic[0x300 / 4] = 0x4400;
        KeStallExecutionProcessor(10);
        MmUnmapIoSpace((PVOID)apic, 0x1000);
    }
}

CONFORMANCE(KeRegisterNmiCallback, CallsInReverseOrderAtHighLevel) {
    PVOID first = KeRegisterNmiCallback(OnNmi, (PVOID)1), second;
    second = KeRegisterNmiCallback(OnNmi, (PVOID)2);
    REQUIRE(first != NULL && second != NULL);
    Count = 0;
    KeSetSystemAffinityThread(1);
    InterruptSelf();
    CHECK(EVENTUALLY(Count == 2));
    KeRevertToUserAffinityThread();
    CHECK_EQ(Order[0], 2);
    CHECK_EQ(Order[1], 1);
    CHECK_EQ(HandledBefore[0], FALSE);
    CHECK_EQ(HandledBefore[1], TRUE);
    CHECK_EQ(Level, HIGH_LEVEL);
    CHECK_STATUS(KeDeregisterNmiCallback(first), STATUS_SUCCESS);
    CHECK_STATUS(KeDeregisterNmiCallback(second), STATUS_SUCCESS);
}

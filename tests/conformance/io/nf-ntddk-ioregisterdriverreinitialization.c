// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

static ULONG Counts[4], BootCalls;
static int Calls;
static BOOLEAN EntryReturned;
static PVOID SeenContext;
static PDRIVER_OBJECT SeenDriver;

static VOID NTAPI Again(PDRIVER_OBJECT DriverObject, PVOID Context, ULONG Count) {
    SeenDriver = DriverObject;
    SeenContext = Context;
    if (Count >= 1 && Count <= 4) Counts[Count - 1]++;
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    EntryReturned = ConformanceDevice != NULL;
    if (Calls++ == 0) IoRegisterDriverReinitialization(DriverObject, Again, Context);
}

static VOID NTAPI BootAgain(PDRIVER_OBJECT DriverObject, PVOID Context, ULONG Count) {
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Count);
    BootCalls++;
}

CONFORMANCE_AT_LOAD(Reinitialization) {
    IoRegisterDriverReinitialization(DriverObject, Again, &SeenContext);
    IoRegisterBootDriverReinitialization(DriverObject, BootAgain, NULL);
}

CONFORMANCE(IoRegisterDriverReinitialization, RunsAfterDriverEntryAndCountsItsCalls) {
    CHECK_EQ(SeenDriver, ConformanceDriver);
    CHECK_EQ(SeenContext, &SeenContext);
    /* The driver has three calls in all, two of this routine. */
    CHECK_EQ(Calls, 2);
    CHECK_EQ(Counts[0], 1);
    CHECK_EQ(Counts[1] + Counts[2], 1);
    CHECK_EQ(EntryReturned, TRUE);
}

CONFORMANCE(IoRegisterBootDriverReinitialization, RunsOnce) { CHECK_EQ(BootCalls, 1); }

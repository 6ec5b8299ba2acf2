// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

static LONG Ran, Wrong;

static ULONG_PTR NTAPI OnEach(ULONG_PTR Context) {
    if (KeGetCurrentIrql() != IPI_LEVEL) InterlockedIncrement(&Wrong);
    InterlockedIncrement(&Ran);
    return Context + 1;
}

CONFORMANCE(KeIpiGenericCall, RunsOnEveryProcessorAtIpiLevel) {
    Ran = Wrong = 0;
    CHECK_EQ(KeIpiGenericCall(OnEach, 41), 42);
    CHECK_EQ(Ran, (LONG)KeQueryActiveProcessorCount(NULL));
    CHECK_EQ(Wrong, 0);
}

CONFORMANCE(KeIpiGenericCall, RunsAtDispatchLevel) {
    Ran = Wrong = 0;
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(KeIpiGenericCall(OnEach, 1), 2));
    CHECK_EQ(Ran, (LONG)KeQueryActiveProcessorCount(NULL));
}

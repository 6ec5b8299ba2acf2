// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

NTKERNELAPI ULONGLONG NTAPI KeQueryInterruptTimePrecise(PULONG64 QpcTimeStamp);

CONFORMANCE(KeQueryInterruptTimePrecise, TellsThePerformanceCounterToo) {
    LARGE_INTEGER frequency, before, after;
    ULONG64 counter = 0;
    ULONGLONG time;
    before = KeQueryPerformanceCounter(&frequency);
    time = KeQueryInterruptTimePrecise(&counter);
    after = KeQueryPerformanceCounter(NULL);
    CHECK(time != 0);
    CHECK((ULONG64)before.QuadPart <= counter && counter <= (ULONG64)after.QuadPart);
    AT_IRQL(HIGH_LEVEL, CHECK(KeQueryInterruptTimePrecise(&counter) >= time));
}

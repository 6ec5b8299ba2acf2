// SPDX-License-Identifier: GPL-2.0-only
// As KeQueryInterruptTimePrecise, which has a page, without the time asleep; prototype of wdm.h.
#include "conformance.h"

NTKERNELAPI ULONGLONG NTAPI KeQueryUnbiasedInterruptTimePrecise(PULONG64 QpcTimeStamp);

CONFORMANCE(KeQueryUnbiasedInterruptTimePrecise, AgreesWithTheOther) {
    ULONG64 counter = 0;
    ULONGLONG before = KeQueryUnbiasedInterruptTime();
    ULONGLONG time = KeQueryUnbiasedInterruptTimePrecise(&counter);
    CHECK(time >= before && time < before + 10000000);
    CHECK(counter != 0);
}

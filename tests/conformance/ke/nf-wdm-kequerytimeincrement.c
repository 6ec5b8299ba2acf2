// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeQueryTimeIncrement, IsWhatATickIsWorth) {
    LARGE_INTEGER ticks;
    ULONGLONG now = KeQueryInterruptTime(), counted;
    KeQueryTickCount(&ticks);
    counted = (ULONGLONG)ticks.QuadPart * KeQueryTimeIncrement();
    CHECK(KeQueryTimeIncrement() >= 5000 && KeQueryTimeIncrement() <= 200000);
    CHECK(counted + 10000000 > now && counted < now + 10000000);
    AT_IRQL(HIGH_LEVEL, CHECK(KeQueryTimeIncrement() != 0));
}

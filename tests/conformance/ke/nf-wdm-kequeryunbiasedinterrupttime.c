// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeQueryUnbiasedInterruptTime, EqualsTheInterruptTimeWithoutSleep) {
    ULONGLONG before = KeQueryInterruptTime(), time = KeQueryUnbiasedInterruptTime();
    CHECK(time + 10000000 > before && time < before + 10000000);
    AT_IRQL(HIGH_LEVEL, CHECK(KeQueryUnbiasedInterruptTime() >= time));
}

// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExSetTimerResolution, ReturnsTheResolutionThatHolds) {
    ULONG standard = ExSetTimerResolution(0, FALSE);
    ULONG fine = ExSetTimerResolution(10000, TRUE);
    CHECK(standard <= KeQueryTimeIncrement() && standard != 0);
    CHECK(fine <= 10000 + 100 && fine >= 1);
    CHECK_EQ(ExSetTimerResolution(1, TRUE), fine < 10000 ? fine : ExSetTimerResolution(1, TRUE));
    ExSetTimerResolution(0, FALSE);
    ExSetTimerResolution(0, FALSE);
}

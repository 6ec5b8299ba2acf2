/* SPDX-License-Identifier: GPL-2.0-only */
/* With nf-ntifs-rtlrandom. */
#include "conformance.h"

CONFORMANCE(RtlRandomEx, StaysInRangeAndMoves) {
    ULONG seed = 12345, i, low = 0, first = RtlRandomEx(&seed), same = 0;
    CHECK(seed != 12345);
    for (i = 0; i < 1000; i++) {
        ULONG value = RtlRandomEx(&seed);
        CHECK(value <= MAXLONG - 1);
        low += value < MAXLONG / 2;
        same += value == first;
    }
    CHECK(low > 400 && low < 600);
    CHECK(same < 3);
    AT_IRQL(APC_LEVEL, CHECK(RtlRandomEx(&seed) <= MAXLONG - 1));
}

CONFORMANCE(RtlRandom, StaysInRangeAndMoves) {
    ULONG seed = 0, i, low = 0;
    for (i = 0; i < 1000; i++) {
        ULONG value = RtlRandom(&seed);
        CHECK(value <= MAXLONG - 1);
        low += value < MAXLONG / 2;
    }
    CHECK(low > 400 && low < 600);
    AT_IRQL(APC_LEVEL, CHECK(RtlRandom(&seed) <= MAXLONG - 1));
}

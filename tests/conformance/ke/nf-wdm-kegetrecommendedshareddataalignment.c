// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeGetRecommendedSharedDataAlignment, IsAPowerOfTwoOfACacheLine) {
    ULONG alignment = KeGetRecommendedSharedDataAlignment();
    CHECK(alignment >= 64 && alignment <= 4096);
    CHECK_EQ(alignment & (alignment - 1), 0);
    AT_IRQL(HIGH_LEVEL, CHECK_EQ(KeGetRecommendedSharedDataAlignment(), alignment));
}

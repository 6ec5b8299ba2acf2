// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(IoGetStackLimits, TheStackHoldsALocalVariable) {
    ULONG_PTR low = 0, high = 0;
    IoGetStackLimits(&low, &high);
    CHECK(low < (ULONG_PTR)&low && (ULONG_PTR)&low < high);
    CHECK(high - low >= 0x3000);
    AT_IRQL(DISPATCH_LEVEL, IoGetStackLimits(&low, &high));
    CHECK(low < (ULONG_PTR)&low && (ULONG_PTR)&low < high);
}

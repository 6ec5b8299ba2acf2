// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(ULONG_PTR, IoGetRemainingStackSize, VOID);

CONFORMANCE(IoGetRemainingStackSize, IsTheDistanceToTheLimit) {
    ULONG_PTR low = 0, high = 0, left = ImportedIoGetRemainingStackSize();
    IoGetStackLimits(&low, &high);
    CHECK(left > 0x800 && left < high - low);
    CHECK(left < (ULONG_PTR)&low - low + 0x400);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExInterlockedAddLargeInteger, ReturnsTheInitialValue) {
    KSPIN_LOCK lock;
    LARGE_INTEGER value = {.QuadPart = 0xFFFFFFFFLL}, one = {.QuadPart = 1},
                  back = {.QuadPart = -2};
    KeInitializeSpinLock(&lock);
    CHECK_EQ(ExInterlockedAddLargeInteger(&value, one, &lock).QuadPart, 0xFFFFFFFFLL);
    CHECK_EQ(value.QuadPart, 0x100000000LL);
    AT_IRQL(HIGH_LEVEL, ExInterlockedAddLargeInteger(&value, back, &lock));
    CHECK_EQ(value.QuadPart, 0xFFFFFFFELL);
}

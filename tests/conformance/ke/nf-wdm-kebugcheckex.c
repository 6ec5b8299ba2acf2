// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE_BUG_CHECK(KeBugCheckEx, StopsWithTheCodeGiven, 0xE2) {
    KeBugCheckEx(MANUALLY_INITIATED_CRASH, 1, 2, 3, 4);
}

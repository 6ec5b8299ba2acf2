// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE_BUG_CHECK(KeBugCheck, StopsWithTheCodeGiven, 0xE2) {
    KeBugCheck(MANUALLY_INITIATED_CRASH);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeQueryGroupAffinity, IsTheActiveMaskOfTheGroup) {
    CHECK_EQ(KeQueryGroupAffinity(0), KeQueryActiveProcessors());
    CHECK_EQ(KeQueryGroupAffinity(0x1234), 0);
}

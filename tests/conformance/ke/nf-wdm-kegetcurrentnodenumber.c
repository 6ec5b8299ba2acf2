// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeGetCurrentNodeNumber, IsAtMostTheHighest) {
    CHECK(KeGetCurrentNodeNumber() <= KeQueryHighestNodeNumber());
}

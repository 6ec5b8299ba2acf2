// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeLowerIrql, GoesBackToTheLevelBefore) {
    KIRQL before;
    KeRaiseIrql(DISPATCH_LEVEL, &before);
    KeLowerIrql(before);
    CHECK_EQ(before, PASSIVE_LEVEL);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoAcquireCancelSpinLock, RaisesToDispatchLevelAndKeepsTheLevelBefore) {
    KIRQL before = 99;
    IoAcquireCancelSpinLock(&before);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    CHECK_EQ(before, PASSIVE_LEVEL);
    IoReleaseCancelSpinLock(before);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

CONFORMANCE(IoAcquireCancelSpinLock, RunsAtDispatchLevel) {
    KIRQL before = 99;
    AT_IRQL(DISPATCH_LEVEL, {
        IoAcquireCancelSpinLock(&before);
        IoReleaseCancelSpinLock(before);
    });
    CHECK_EQ(before, DISPATCH_LEVEL);
}

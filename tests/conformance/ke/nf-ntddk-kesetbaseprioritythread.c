// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

NTKERNELAPI LONG NTAPI KeSetBasePriorityThread(PKTHREAD Thread, LONG Increment);

CONFORMANCE(KeSetBasePriorityThread, ReturnsThePreviousIncrement) {
    PKTHREAD self = KeGetCurrentThread();
    LONG before = KeSetBasePriorityThread(self, 2);
    KPRIORITY raised = KeQueryPriorityThread(self);
    CHECK_EQ(KeSetBasePriorityThread(self, -1), 2);
    CHECK_EQ(KeQueryPriorityThread(self), raised - 3);
    CHECK_EQ(KeSetBasePriorityThread(self, before), -1);
}

CONFORMANCE(KeSetBasePriorityThread, DoesNotCrossIntoTheRealTimeClass) {
    PKTHREAD self = KeGetCurrentThread();
    LONG before = KeSetBasePriorityThread(self, 40);
    CHECK(KeQueryPriorityThread(self) < LOW_REALTIME_PRIORITY);
    KeSetBasePriorityThread(self, before);
}

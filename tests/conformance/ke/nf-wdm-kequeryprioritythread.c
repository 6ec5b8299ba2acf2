// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeQueryPriorityThread, IsTheCurrentPriority) {
    PKTHREAD self = KeGetCurrentThread();
    KPRIORITY before = KeQueryPriorityThread(self);
    CHECK(before >= 0 && before <= HIGH_PRIORITY);
    KeSetPriorityThread(self, 20);
    CHECK_EQ(KeQueryPriorityThread(self), 20);
    KeSetPriorityThread(self, before);
}

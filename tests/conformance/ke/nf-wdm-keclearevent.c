// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

CONFORMANCE(KeClearEvent, MakesTheEventNotSignalled) {
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, TRUE);
    KeClearEvent(&event);
    CHECK_EQ(KeReadStateEvent(&event), 0);
    KeClearEvent(&event);
    CHECK_EQ(KeReadStateEvent(&event), 0);
}

CONFORMANCE(KeClearEvent, RunsAtDispatchLevel) {
    KEVENT event;
    KeInitializeEvent(&event, SynchronizationEvent, TRUE);
    AT_IRQL(DISPATCH_LEVEL, KeClearEvent(&event));
    CHECK_STATUS(WaitMs(&event, 0), STATUS_TIMEOUT);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

CONFORMANCE(KeInitializeEvent, SetsTheStateGiven) {
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, TRUE);
    CHECK(KeReadStateEvent(&event) != 0);
    KeInitializeEvent(&event, SynchronizationEvent, FALSE);
    CHECK_EQ(KeReadStateEvent(&event), 0);
}

CONFORMANCE(KeInitializeEvent, OnlySynchronizationEventsResetWhenAWaitEnds) {
    KEVENT event;
    KeInitializeEvent(&event, SynchronizationEvent, TRUE);
    CHECK_STATUS(WaitMs(&event, 0), STATUS_SUCCESS);
    CHECK_STATUS(WaitMs(&event, 0), STATUS_TIMEOUT);
    KeInitializeEvent(&event, NotificationEvent, TRUE);
    CHECK_STATUS(WaitMs(&event, 0), STATUS_SUCCESS);
    CHECK_STATUS(WaitMs(&event, 0), STATUS_SUCCESS);
}

CONFORMANCE(KeInitializeEvent, RunsAtDispatchLevel) {
    KEVENT event;
    AT_IRQL(DISPATCH_LEVEL, KeInitializeEvent(&event, NotificationEvent, TRUE));
    CHECK(KeReadStateEvent(&event) != 0);
}

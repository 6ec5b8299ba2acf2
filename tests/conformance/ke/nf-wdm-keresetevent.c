// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeResetEvent, ReturnsThePreviousState) {
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, TRUE);
    CHECK(KeResetEvent(&event) != 0);
    CHECK_EQ(KeReadStateEvent(&event), 0);
    CHECK_EQ(KeResetEvent(&event), 0);
}

CONFORMANCE(KeResetEvent, RunsAtDispatchLevel) {
    KEVENT event;
    KeInitializeEvent(&event, SynchronizationEvent, TRUE);
    AT_IRQL(DISPATCH_LEVEL, CHECK(KeResetEvent(&event) != 0));
    CHECK_EQ(KeReadStateEvent(&event), 0);
}

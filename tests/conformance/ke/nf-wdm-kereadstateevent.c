// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(KeReadStateEvent, IsNonzeroWhenSignalled) {
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    CHECK_EQ(KeReadStateEvent(&event), 0);
    KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
    CHECK(KeReadStateEvent(&event) != 0);
}

CONFORMANCE(KeReadStateEvent, RunsAtHighLevel) {
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, TRUE);
    AT_IRQL(HIGH_LEVEL, CHECK(KeReadStateEvent(&event) != 0));
}

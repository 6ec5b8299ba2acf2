// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(VOID, KeQuerySystemTime, PLARGE_INTEGER);

CONFORMANCE(KeWaitForSingleObject, ASignalledObjectSatisfiesIt) {
    KEVENT event;
    KeInitializeEvent(&event, SynchronizationEvent, TRUE);
    CHECK_STATUS(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
    CHECK_EQ(KeReadStateEvent(&event), 0);
}

CONFORMANCE(KeWaitForSingleObject, TimesOutAtTheRelativeTimeNotEarly) {
    KEVENT event;
    LARGE_INTEGER interval = RelativeMs(10), start, end;
    ImportedKeQuerySystemTime(&start);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    CHECK_STATUS(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &interval),
                 STATUS_TIMEOUT);
    ImportedKeQuerySystemTime(&end); /* time-outs are measured by the system clock */
    CHECK(end.QuadPart - start.QuadPart >= 100000);
}

CONFORMANCE(KeWaitForSingleObject, TimesOutAtTheAbsoluteTime) {
    KEVENT event;
    LARGE_INTEGER time;
    ImportedKeQuerySystemTime(&time);
    time.QuadPart += 10000;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    CHECK_STATUS(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &time),
                 STATUS_TIMEOUT);
}

CONFORMANCE(KeWaitForSingleObject, ZeroTimeoutPollsAtDispatchLevel) {
    KEVENT event;
    LARGE_INTEGER poll = {.QuadPart = 0};
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    AT_IRQL(DISPATCH_LEVEL,
            CHECK_STATUS(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &poll),
                         STATUS_TIMEOUT));
}

// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

CONFORMANCE(KeWaitForSingleObject, ASignalledObjectSatisfiesIt) {
    KEVENT event;
    KeInitializeEvent(&event, SynchronizationEvent, TRUE);
    CHECK_STATUS(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
    CHECK_EQ(KeReadStateEvent(&event), 0);
}

CONFORMANCE(KeWaitForSingleObject, TimesOutAtTheRelativeTimeNotEarly) {
    KEVENT event;
    LARGE_INTEGER interval = RelativeMs(10);
    ULONGLONG start = KeQueryInterruptTime();
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    CHECK_STATUS(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &interval),
                 STATUS_TIMEOUT);
    CHECK(KeQueryInterruptTime() - start >= 100000);
}

CONFORMANCE(KeWaitForSingleObject, TimesOutAtTheAbsoluteTime) {
    KEVENT event;
    LARGE_INTEGER time;
    KeQuerySystemTime(&time);
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

// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

IMPORTED(VOID, KeQuerySystemTime, PLARGE_INTEGER);

static VOID NTAPI Signal(PKDPC Dpc, PVOID Context, PVOID First, PVOID Second) {
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
}

CONFORMANCE(KeSetTimer, ExpiresNotEarly) {
    static KTIMER timer;
    ULONGLONG start = KeQueryInterruptTime();
    LARGE_INTEGER due = RelativeMs(20);
    KeInitializeTimer(&timer);
    CHECK(!KeSetTimer(&timer, due, NULL));
    CHECK(!KeReadStateTimer(&timer));
    CHECK_STATUS(WaitMs(&timer, HELPER_TIMEOUT_MS), STATUS_SUCCESS);
    CHECK(KeQueryInterruptTime() - start >= 200000);
}

CONFORMANCE(KeSetTimer, QueuesTheDpcWhenItExpires) {
    static KTIMER timer;
    KDPC dpc;
    KEVENT event;
    LARGE_INTEGER due = RelativeMs(1);
    KeInitializeTimer(&timer);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    KeInitializeDpc(&dpc, Signal, &event);
    AT_IRQL(DISPATCH_LEVEL, KeSetTimer(&timer, due, &dpc));
    CHECK_STATUS(WaitMs(&event, HELPER_TIMEOUT_MS), STATUS_SUCCESS);
    KeFlushQueuedDpcs();
}

CONFORMANCE(KeSetTimer, IsTrueWhenItWasQueuedAndMovesIt) {
    static KTIMER timer;
    LARGE_INTEGER late = RelativeMs(100000), soon = RelativeMs(1);
    KeInitializeTimer(&timer);
    CHECK(!KeSetTimer(&timer, late, NULL));
    CHECK(KeSetTimer(&timer, soon, NULL));
    CHECK_STATUS(WaitMs(&timer, HELPER_TIMEOUT_MS), STATUS_SUCCESS);
    CHECK(!KeSetTimer(&timer, late, NULL));
    CHECK(KeCancelTimer(&timer));
}

CONFORMANCE(KeSetTimer, AbsoluteTimesCountFrom1601) {
    static KTIMER timer;
    LARGE_INTEGER due;
    KeInitializeTimer(&timer);
    ImportedKeQuerySystemTime(&due);
    due.QuadPart += 20000;
    KeSetTimer(&timer, due, NULL);
    CHECK_STATUS(WaitMs(&timer, HELPER_TIMEOUT_MS), STATUS_SUCCESS);
    due.QuadPart = 1;
    KeSetTimer(&timer, due, NULL);
    CHECK_STATUS(WaitMs(&timer, HELPER_TIMEOUT_MS), STATUS_SUCCESS);
}

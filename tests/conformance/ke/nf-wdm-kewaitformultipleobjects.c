// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static VOID Three(KEVENT* Events, PVOID* Objects) {
    ULONG i;
    for (i = 0; i < 3; i++) {
        KeInitializeEvent(&Events[i], SynchronizationEvent, FALSE);
        Objects[i] = &Events[i];
    }
}

CONFORMANCE(KeWaitForMultipleObjects, WaitAnyTellsTheIndex) {
    KEVENT events[3];
    PVOID objects[3];
    LARGE_INTEGER timeout = RelativeMs(HELPER_TIMEOUT_MS);
    Three(events, objects);
    KeSetEvent(&events[2], IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(
        KeWaitForMultipleObjects(3, objects, WaitAny, Executive, KernelMode, FALSE, &timeout, NULL),
        STATUS_WAIT_0 + 2);
    CHECK_EQ(KeReadStateEvent(&events[2]), 0);
}

CONFORMANCE(KeWaitForMultipleObjects, WaitAllTakesNothingUntilAllAreSignalled) {
    KEVENT events[3];
    PVOID objects[3];
    LARGE_INTEGER poll = {.QuadPart = 0};
    Three(events, objects);
    KeSetEvent(&events[0], IO_NO_INCREMENT, FALSE);
    KeSetEvent(&events[1], IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(
        KeWaitForMultipleObjects(3, objects, WaitAll, Executive, KernelMode, FALSE, &poll, NULL),
        STATUS_TIMEOUT);
    CHECK(KeReadStateEvent(&events[0]) != 0);
    KeSetEvent(&events[2], IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(
        KeWaitForMultipleObjects(3, objects, WaitAll, Executive, KernelMode, FALSE, &poll, NULL),
        STATUS_SUCCESS);
    CHECK_EQ(KeReadStateEvent(&events[0]), 0);
}

CONFORMANCE(KeWaitForMultipleObjects, TakesUpTo64WithWaitBlocks) {
    static KEVENT events[MAXIMUM_WAIT_OBJECTS];
    static KWAIT_BLOCK blocks[MAXIMUM_WAIT_OBJECTS];
    PVOID objects[MAXIMUM_WAIT_OBJECTS];
    LARGE_INTEGER timeout = RelativeMs(5);
    ULONG i;
    for (i = 0; i < MAXIMUM_WAIT_OBJECTS; i++) {
        KeInitializeEvent(&events[i], NotificationEvent, FALSE);
        objects[i] = &events[i];
    }
    CHECK_STATUS(KeWaitForMultipleObjects(MAXIMUM_WAIT_OBJECTS, objects, WaitAny, Executive,
                                          KernelMode, FALSE, &timeout, blocks),
                 STATUS_TIMEOUT);
    KeSetEvent(&events[63], IO_NO_INCREMENT, FALSE);
    CHECK_STATUS(KeWaitForMultipleObjects(MAXIMUM_WAIT_OBJECTS, objects, WaitAny, Executive,
                                          KernelMode, FALSE, &timeout, blocks),
                 STATUS_WAIT_63);
}

CONFORMANCE_BUG_CHECK(KeWaitForMultipleObjects, StopsTheMachineForTooMany, 0x0C) {
    static KEVENT events[4];
    PVOID objects[4] = {&events[0], &events[1], &events[2], &events[3]};
    KeWaitForMultipleObjects(4, objects, WaitAny, Executive, KernelMode, FALSE, NULL, NULL);
}

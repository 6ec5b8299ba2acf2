// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static KEVENT Gate, Arrived;

static VOID NTAPI WaitForGate(PVOID Context) {
    KeSetEvent(&Arrived, IO_NO_INCREMENT, FALSE);
    *(NTSTATUS*)Context = WaitMs(&Gate, HELPER_TIMEOUT_MS);
}

CONFORMANCE(KeSetEvent, ReturnsThePreviousState) {
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    CHECK_EQ(KeSetEvent(&event, IO_NO_INCREMENT, FALSE), 0);
    CHECK(KeSetEvent(&event, IO_NO_INCREMENT, FALSE) != 0);
    CHECK(KeReadStateEvent(&event) != 0);
}

CONFORMANCE(KeSetEvent, NotificationEventSatisfiesEveryWait) {
    NTSTATUS first = STATUS_UNSUCCESSFUL, second = STATUS_UNSUCCESSFUL;
    PETHREAD one, two;
    KeInitializeEvent(&Gate, NotificationEvent, FALSE);
    KeInitializeEvent(&Arrived, SynchronizationEvent, FALSE);
    one = StartHelper(WaitForGate, &first);
    WaitMs(&Arrived, HELPER_TIMEOUT_MS);
    two = StartHelper(WaitForGate, &second);
    WaitMs(&Arrived, HELPER_TIMEOUT_MS);
    KeSetEvent(&Gate, IO_NO_INCREMENT, FALSE);
    CHECK(EndHelper(one) && EndHelper(two));
    CHECK_STATUS(first, STATUS_SUCCESS);
    CHECK_STATUS(second, STATUS_SUCCESS);
    CHECK(KeReadStateEvent(&Gate) != 0);
}

CONFORMANCE(KeSetEvent, SynchronizationEventSatisfiesOneWaitAndResets) {
    NTSTATUS first = STATUS_UNSUCCESSFUL;
    PETHREAD one;
    KeInitializeEvent(&Gate, SynchronizationEvent, FALSE);
    KeInitializeEvent(&Arrived, SynchronizationEvent, FALSE);
    one = StartHelper(WaitForGate, &first);
    WaitMs(&Arrived, HELPER_TIMEOUT_MS);
    KeSetEvent(&Gate, IO_NO_INCREMENT, FALSE);
    CHECK(EndHelper(one));
    CHECK_STATUS(first, STATUS_SUCCESS);
    CHECK_EQ(KeReadStateEvent(&Gate), 0);
}

CONFORMANCE(KeSetEvent, WithWaitStaysRaisedUntilTheWait) {
    KEVENT event, other;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    KeInitializeEvent(&other, NotificationEvent, TRUE);
    KeSetEvent(&event, IO_NO_INCREMENT, TRUE);
    CHECK_STATUS(KeWaitForSingleObject(&other, Executive, KernelMode, FALSE, NULL), STATUS_SUCCESS);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK(KeReadStateEvent(&event) != 0);
}

CONFORMANCE(KeSetEvent, RunsAtDispatchLevel) {
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(KeSetEvent(&event, IO_NO_INCREMENT, FALSE), 0));
    CHECK(KeReadStateEvent(&event) != 0);
}

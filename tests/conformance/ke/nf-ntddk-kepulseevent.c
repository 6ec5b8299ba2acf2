// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static KEVENT Gate, Arrived;

static VOID NTAPI WaitForGate(PVOID Context) {
    KeSetEvent(&Arrived, IO_NO_INCREMENT, FALSE);
    *(NTSTATUS*)Context = WaitMs(&Gate, HELPER_TIMEOUT_MS);
}

NTKERNELAPI LONG NTAPI KePulseEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait);

CONFORMANCE(KePulseEvent, LeavesTheEventNotSignalled) {
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    CHECK_EQ(KePulseEvent(&event, IO_NO_INCREMENT, FALSE), 0);
    CHECK_EQ(KeReadStateEvent(&event), 0);
    KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
    CHECK(KePulseEvent(&event, IO_NO_INCREMENT, FALSE) != 0);
    CHECK_EQ(KeReadStateEvent(&event), 0);
}

CONFORMANCE(KePulseEvent, SatisfiesAWaitThatIsUnderWay) {
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    PETHREAD thread;
    int tries;
    KeInitializeEvent(&Gate, NotificationEvent, FALSE);
    KeInitializeEvent(&Arrived, SynchronizationEvent, FALSE);
    thread = StartHelper(WaitForGate, &status);
    WaitMs(&Arrived, HELPER_TIMEOUT_MS);
    /* The helper is about to wait: a pulse before it does is lost, as documented. */
    for (tries = 0; tries < 1000 && KeReadStateEvent((PRKEVENT)thread) == 0; tries++) {
        PauseMs(1);
        AT_IRQL(DISPATCH_LEVEL, KePulseEvent(&Gate, IO_NO_INCREMENT, FALSE));
    }
    CHECK(EndHelper(thread));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_EQ(KeReadStateEvent(&Gate), 0);
}

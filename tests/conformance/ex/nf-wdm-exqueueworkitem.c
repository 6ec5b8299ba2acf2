// SPDX-License-Identifier: GPL-2.0-only
#include "threads.h"

static struct {
    WORK_QUEUE_ITEM Item;
    KEVENT Done;
    KIRQL Irql;
    PEPROCESS Process;
    PVOID Parameter;
} Seen;

static VOID NTAPI Work(PVOID Parameter) {
    Seen.Irql = KeGetCurrentIrql();
    Seen.Process = IoGetCurrentProcess();
    Seen.Parameter = Parameter;
    KeSetEvent(&Seen.Done, IO_NO_INCREMENT, FALSE);
}
static VOID Queue(WORK_QUEUE_TYPE Type) {
    RtlZeroMemory(&Seen, sizeof(Seen));
    KeInitializeEvent(&Seen.Done, NotificationEvent, FALSE);
    ExInitializeWorkItem(&Seen.Item, Work, (PVOID)0x77);
    ExQueueWorkItem(&Seen.Item, Type);
}

CONFORMANCE(ExQueueWorkItem, RunsTheRoutineAtPassiveLevelInTheSystemProcess) {
    Queue(DelayedWorkQueue);
    CHECK_STATUS(WaitMs(&Seen.Done, HELPER_TIMEOUT_MS), STATUS_SUCCESS);
    CHECK_EQ(Seen.Irql, PASSIVE_LEVEL);
    CHECK_EQ(Seen.Process, PsInitialSystemProcess);
    CHECK_EQ(Seen.Parameter, (PVOID)0x77);
}

CONFORMANCE(ExQueueWorkItem, RunsAtDispatchLevel) {
    AT_IRQL(DISPATCH_LEVEL, Queue(CriticalWorkQueue));
    CHECK_STATUS(WaitMs(&Seen.Done, HELPER_TIMEOUT_MS), STATUS_SUCCESS);
}

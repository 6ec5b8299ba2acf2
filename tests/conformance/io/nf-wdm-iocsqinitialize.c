// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

/* The six callbacks of a queue over a LIST_ENTRY, and the functions that use them. */
static IO_CSQ Csq;
static LIST_ENTRY Queue;
static KSPIN_LOCK Lock;
static PIRP Cancelled;
static NTSTATUS Verdict;

static VOID NTAPI Insert(PIO_CSQ Self, PIRP Irp) {
    CHECK_EQ(Self, &Csq);
    InsertTailList(&Queue, &Irp->Tail.Overlay.ListEntry);
}
static NTSTATUS NTAPI InsertOrRefuse(PIO_CSQ Self, PIRP Irp, PVOID Context) {
    CHECK_EQ(Context, &Verdict);
    if (NT_SUCCESS(Verdict)) Insert(Self, Irp);
    return Verdict;
}
static VOID NTAPI Remove(PIO_CSQ Self, PIRP Irp) {
    UNREFERENCED_PARAMETER(Self);
    RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
}
/* A peek context is the IRP to find; NULL: the first. */
static PIRP NTAPI Peek(PIO_CSQ Self, PIRP Irp, PVOID Context) {
    PLIST_ENTRY at = Irp == NULL ? Queue.Flink : Irp->Tail.Overlay.ListEntry.Flink;
    UNREFERENCED_PARAMETER(Self);
    for (; at != &Queue; at = at->Flink) {
        PIRP irp = CONTAINING_RECORD(at, IRP, Tail.Overlay.ListEntry);
        if (Context == NULL || Context == irp) return irp;
    }
    return NULL;
}
static VOID NTAPI Acquire(PIO_CSQ Self, PKIRQL Irql) {
    UNREFERENCED_PARAMETER(Self);
    KeAcquireSpinLock(&Lock, Irql);
}
static VOID NTAPI Release(PIO_CSQ Self, KIRQL Irql) {
    UNREFERENCED_PARAMETER(Self);
    KeReleaseSpinLock(&Lock, Irql);
}
static VOID NTAPI CompleteCanceled(PIO_CSQ Self, PIRP Irp) {
    UNREFERENCED_PARAMETER(Self);
    Cancelled = Irp;
}

static BOOLEAN Begin(PIRP* Irps, int Count, BOOLEAN Ex) {
    int i;
    Cancelled = NULL;
    Verdict = STATUS_SUCCESS;
    InitializeListHead(&Queue);
    KeInitializeSpinLock(&Lock);
    if (Ex) {
        CHECK_STATUS(IoCsqInitializeEx(&Csq, InsertOrRefuse, Remove, Peek, Acquire, Release,
                                       CompleteCanceled),
                     STATUS_SUCCESS);
    } else {
        CHECK_STATUS(
            IoCsqInitialize(&Csq, Insert, Remove, Peek, Acquire, Release, CompleteCanceled),
            STATUS_SUCCESS);
    }
    for (i = 0; i < Count; i++) {
        Irps[i] = IoAllocateIrp(1, FALSE);
        if (Irps[i] == NULL) return FALSE;
        IoSetNextIrpStackLocation(Irps[i]);
    }
    return TRUE;
}

static VOID End(PIRP* Irps, int Count) {
    while (Count-- > 0) IoFreeIrp(Irps[Count]);
}

CONFORMANCE(IoCsqInitialize, TheQueueWorksByTheDriversCallbacks) {
    PIRP irps[2];
    REQUIRE(Begin(irps, 2, FALSE));
    IoCsqInsertIrp(&Csq, irps[0], NULL);
    IoCsqInsertIrp(&Csq, irps[1], NULL);
    CHECK_EQ(IoCsqRemoveNextIrp(&Csq, NULL), irps[0]);
    CHECK_EQ(IoCsqRemoveNextIrp(&Csq, NULL), irps[1]);
    End(irps, 2);
}

CONFORMANCE(IoCsqInitializeEx, TheInsertCallbackMayRefuse) {
    PIRP irps[1];
    REQUIRE(Begin(irps, 1, TRUE));
    Verdict = STATUS_DEVICE_BUSY;
    CHECK_STATUS(IoCsqInsertIrpEx(&Csq, irps[0], NULL, &Verdict), STATUS_DEVICE_BUSY);
    CHECK(IsListEmpty(&Queue));
    End(irps, 1);
}

CONFORMANCE(IoCsqInsertIrp, MarksPendingAndLetsTheIrpBeCancelled) {
    PIRP irps[1];
    REQUIRE(Begin(irps, 1, FALSE));
    AT_IRQL(DISPATCH_LEVEL, IoCsqInsertIrp(&Csq, irps[0], NULL));
    CHECK((IoGetCurrentIrpStackLocation(irps[0])->Control & SL_PENDING_RETURNED) != 0);
    CHECK(irps[0]->CancelRoutine != NULL);
    CHECK_EQ(IoCancelIrp(irps[0]), TRUE);
    CHECK_EQ(Cancelled, irps[0]);
    CHECK(IsListEmpty(&Queue));
    End(irps, 1);
}

CONFORMANCE(IoCsqInsertIrp, AnIrpCancelledBeforeIsHandedToCompleteCanceled) {
    PIRP irps[1];
    REQUIRE(Begin(irps, 1, FALSE));
    irps[0]->Cancel = TRUE;
    IoCsqInsertIrp(&Csq, irps[0], NULL);
    CHECK_EQ(Cancelled, irps[0]);
    CHECK_EQ(IoCsqRemoveNextIrp(&Csq, NULL), NULL);
    End(irps, 1);
}

CONFORMANCE(IoCsqInsertIrpEx, ReturnsWhatTheCallbackReturns) {
    PIRP irps[1];
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    REQUIRE(Begin(irps, 1, TRUE));
    AT_IRQL(DISPATCH_LEVEL, status = IoCsqInsertIrpEx(&Csq, irps[0], NULL, &Verdict));
    CHECK_STATUS(status, STATUS_SUCCESS);
    CHECK_EQ(IoCsqRemoveNextIrp(&Csq, NULL), irps[0]);
    End(irps, 1);
}

CONFORMANCE(IoCsqRemoveNextIrp, HandsThePeekContextOnAndTakesTheCancelRoutine) {
    PIRP irps[2], found = NULL;
    REQUIRE(Begin(irps, 2, FALSE));
    IoCsqInsertIrp(&Csq, irps[0], NULL);
    IoCsqInsertIrp(&Csq, irps[1], NULL);
    AT_IRQL(DISPATCH_LEVEL, found = IoCsqRemoveNextIrp(&Csq, irps[1]));
    CHECK_EQ(found, irps[1]);
    CHECK_EQ(irps[1]->CancelRoutine, NULL);
    CHECK_EQ(IoCsqRemoveNextIrp(&Csq, irps[1]), NULL);
    CHECK_EQ(IoCsqRemoveNextIrp(&Csq, NULL), irps[0]);
    End(irps, 2);
}

CONFORMANCE(IoCsqRemoveIrp, TakesTheIrpOfTheContextOnce) {
    IO_CSQ_IRP_CONTEXT contexts[2];
    PIRP irps[2], found = NULL;
    REQUIRE(Begin(irps, 2, FALSE));
    IoCsqInsertIrp(&Csq, irps[0], &contexts[0]);
    IoCsqInsertIrp(&Csq, irps[1], &contexts[1]);
    AT_IRQL(DISPATCH_LEVEL, found = IoCsqRemoveIrp(&Csq, &contexts[1]));
    CHECK_EQ(found, irps[1]);
    CHECK_EQ(IoCsqRemoveIrp(&Csq, &contexts[1]), NULL);
    CHECK_EQ(IoCancelIrp(irps[0]), TRUE);
    CHECK_EQ(IoCsqRemoveIrp(&Csq, &contexts[0]), NULL);
    End(irps, 2);
}

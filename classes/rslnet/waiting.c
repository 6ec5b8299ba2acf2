/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests that wait for something to happen, in the cancel-safe queue of the I/O manager. */
#include "classes/rslnet/rslnet.h"

static struct waiting* waiting_of(PIO_CSQ csq) {
    return CONTAINING_RECORD(csq, struct waiting, csq);
}

NTSTATUS complete(PIRP irp, NTSTATUS status, ULONG_PTR information) {
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = information;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static VOID NTAPI insert(PIO_CSQ csq, PIRP irp) {
    InsertTailList(&waiting_of(csq)->irps, &irp->Tail.Overlay.ListEntry);
}
static VOID NTAPI take_out(PIO_CSQ csq, PIRP irp) {
    (void)csq;
    RemoveEntryList(&irp->Tail.Overlay.ListEntry);
}
static PIRP NTAPI peek(PIO_CSQ csq, PIRP irp, PVOID context) {
    struct waiting* waiting = waiting_of(csq);
    PLIST_ENTRY next = irp == NULL ? waiting->irps.Flink : irp->Tail.Overlay.ListEntry.Flink;
    (void)context;
    return next == &waiting->irps ? NULL : CONTAINING_RECORD(next, IRP, Tail.Overlay.ListEntry);
}
static VOID NTAPI acquire(PIO_CSQ csq, PKIRQL irql) {
    KeAcquireSpinLock(&waiting_of(csq)->lock, irql);
}
static VOID NTAPI release(PIO_CSQ csq, KIRQL irql) {
    KeReleaseSpinLock(&waiting_of(csq)->lock, irql);
}
static VOID NTAPI complete_cancelled(PIO_CSQ csq, PIRP irp) {
    (void)csq;
    complete(irp, STATUS_CANCELLED, 0);
}

void waiting_init(struct waiting* waiting) {
    KeInitializeSpinLock(&waiting->lock);
    InitializeListHead(&waiting->irps);
    IoCsqInitialize(&waiting->csq, insert, take_out, peek, acquire, release, complete_cancelled);
}

NTSTATUS waiting_add(struct waiting* waiting, PIRP irp) {
    IoCsqInsertIrp(&waiting->csq, irp, NULL);
    return STATUS_PENDING;
}

PIRP waiting_take(struct waiting* waiting) { return IoCsqRemoveNextIrp(&waiting->csq, NULL); }

void waiting_flush(struct waiting* waiting, NTSTATUS status) {
    PIRP irp;
    while ((irp = waiting_take(waiting)) != NULL) complete(irp, status, 0);
}

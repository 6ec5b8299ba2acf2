// SPDX-License-Identifier: GPL-2.0-only
// queue: reads wait in a cancel-safe queue until a write feeds them, in order. Makes \\.\Queue. The
// pattern of every driver whose device answers later: pend, queue, complete or cancel, exactly once.
//
//   0x222000 counts  out: QUEUE_COUNTS
//   0x222004 flush   completes every waiting read with STATUS_CANCELLED
#include <ntddk.h>
#include <csq.h>

#define IOCTL_QUEUE_COUNTS CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_QUEUE_FLUSH CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS)

typedef struct _QUEUE_COUNTS {
    ULONG Waiting;    // reads in the queue now
    ULONG Completed;  // reads that a write fed
    ULONG Cancelled;  // reads that were cancelled, by their caller, by flush or by cleanup
    ULONG Opened;     // handles open now
} QUEUE_COUNTS, *PQUEUE_COUNTS;

typedef struct _QUEUE_EXTENSION {
    IO_CSQ Csq;
    LIST_ENTRY Irps;
    KSPIN_LOCK Lock;
    volatile LONG Waiting, Completed, Cancelled, Opened;
} QUEUE_EXTENSION, *PQUEUE_EXTENSION;

static UNICODE_STRING DeviceName = RTL_CONSTANT_STRING(L"\\Device\\Queue");
static UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\Queue");

static PQUEUE_EXTENSION ExtensionOf(PIO_CSQ Csq) { return CONTAINING_RECORD(Csq, QUEUE_EXTENSION, Csq); }

static NTSTATUS QueueComplete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information) {
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static VOID NTAPI QueueInsert(PIO_CSQ Csq, PIRP Irp) {
    PQUEUE_EXTENSION extension = ExtensionOf(Csq);
    InsertTailList(&extension->Irps, &Irp->Tail.Overlay.ListEntry);
    InterlockedIncrement(&extension->Waiting);
}

static VOID NTAPI QueueRemove(PIO_CSQ Csq, PIRP Irp) {
    RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
    InterlockedDecrement(&ExtensionOf(Csq)->Waiting);
}

// The next IRP after Irp (or the first) that belongs to the file object PeekContext, if one is given.
static PIRP NTAPI QueuePeek(PIO_CSQ Csq, PIRP Irp, PVOID PeekContext) {
    PQUEUE_EXTENSION extension = ExtensionOf(Csq);
    PLIST_ENTRY entry = Irp == NULL ? extension->Irps.Flink : Irp->Tail.Overlay.ListEntry.Flink;
    for (; entry != &extension->Irps; entry = entry->Flink) {
        PIRP next = CONTAINING_RECORD(entry, IRP, Tail.Overlay.ListEntry);
        if (PeekContext == NULL || IoGetCurrentIrpStackLocation(next)->FileObject == PeekContext) return next;
    }
    return NULL;
}

static VOID NTAPI QueueAcquire(PIO_CSQ Csq, PKIRQL Irql) { KeAcquireSpinLock(&ExtensionOf(Csq)->Lock, Irql); }
static VOID NTAPI QueueRelease(PIO_CSQ Csq, KIRQL Irql) { KeReleaseSpinLock(&ExtensionOf(Csq)->Lock, Irql); }

static VOID NTAPI QueueCompleteCanceled(PIO_CSQ Csq, PIRP Irp) {
    InterlockedIncrement(&ExtensionOf(Csq)->Cancelled);
    QueueComplete(Irp, STATUS_CANCELLED, 0);
}

static VOID QueueFlush(PQUEUE_EXTENSION Extension, PFILE_OBJECT FileObject) {
    PIRP irp;
    while ((irp = IoCsqRemoveNextIrp(&Extension->Csq, FileObject)) != NULL) {
        QueueCompleteCanceled(&Extension->Csq, irp);
    }
}

static NTSTATUS NTAPI QueueCreate(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PQUEUE_EXTENSION extension = DeviceObject->DeviceExtension;
    InterlockedIncrement(&extension->Opened);
    return QueueComplete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI QueueCleanup(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    QueueFlush(DeviceObject->DeviceExtension, IoGetCurrentIrpStackLocation(Irp)->FileObject);
    return QueueComplete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI QueueClose(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PQUEUE_EXTENSION extension = DeviceObject->DeviceExtension;
    InterlockedDecrement(&extension->Opened);
    return QueueComplete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI QueueRead(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PQUEUE_EXTENSION extension = DeviceObject->DeviceExtension;
    IoCsqInsertIrp(&extension->Csq, Irp, NULL);  // marks it pending
    return STATUS_PENDING;
}

// Feeds the oldest waiting read. Nobody waits: the write fails with STATUS_DEVICE_NOT_READY.
static NTSTATUS NTAPI QueueWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PQUEUE_EXTENSION extension = DeviceObject->DeviceExtension;
    ULONG length = IoGetCurrentIrpStackLocation(Irp)->Parameters.Write.Length;
    PIRP read = IoCsqRemoveNextIrp(&extension->Csq, NULL);
    ULONG room, copied;

    if (read == NULL) return QueueComplete(Irp, STATUS_DEVICE_NOT_READY, 0);
    room = IoGetCurrentIrpStackLocation(read)->Parameters.Read.Length;
    copied = min(length, room);
    if (copied != 0) RtlCopyMemory(read->AssociatedIrp.SystemBuffer, Irp->AssociatedIrp.SystemBuffer, copied);
    InterlockedIncrement(&extension->Completed);
    QueueComplete(read, length > room ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS, copied);
    return QueueComplete(Irp, STATUS_SUCCESS, length);
}

static NTSTATUS NTAPI QueueDeviceControl(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PQUEUE_EXTENSION extension = DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    PQUEUE_COUNTS counts = Irp->AssociatedIrp.SystemBuffer;

    switch (stack->Parameters.DeviceIoControl.IoControlCode) {
        case IOCTL_QUEUE_COUNTS:
            if (stack->Parameters.DeviceIoControl.OutputBufferLength < sizeof(QUEUE_COUNTS)) {
                return QueueComplete(Irp, STATUS_BUFFER_TOO_SMALL, 0);
            }
            counts->Waiting = (ULONG)extension->Waiting;
            counts->Completed = (ULONG)extension->Completed;
            counts->Cancelled = (ULONG)extension->Cancelled;
            counts->Opened = (ULONG)extension->Opened;
            return QueueComplete(Irp, STATUS_SUCCESS, sizeof(QUEUE_COUNTS));
        case IOCTL_QUEUE_FLUSH:
            QueueFlush(extension, NULL);
            return QueueComplete(Irp, STATUS_SUCCESS, 0);
        default:
            return QueueComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
}

static VOID NTAPI QueueUnload(PDRIVER_OBJECT DriverObject) {
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(DriverObject->DeviceObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    PDEVICE_OBJECT device;
    PQUEUE_EXTENSION extension;
    NTSTATUS status;
    UNREFERENCED_PARAMETER(RegistryPath);

    status = IoCreateDevice(DriverObject, sizeof(QUEUE_EXTENSION), &DeviceName, FILE_DEVICE_UNKNOWN, 0,
                            FALSE, &device);
    if (!NT_SUCCESS(status)) return status;
    extension = device->DeviceExtension;
    InitializeListHead(&extension->Irps);
    KeInitializeSpinLock(&extension->Lock);
    status = IoCsqInitialize(&extension->Csq, QueueInsert, QueueRemove, QueuePeek, QueueAcquire,
                             QueueRelease, QueueCompleteCanceled);
    if (NT_SUCCESS(status)) status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
        return status;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = QueueCreate;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = QueueCleanup;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = QueueClose;
    DriverObject->MajorFunction[IRP_MJ_READ] = QueueRead;
    DriverObject->MajorFunction[IRP_MJ_WRITE] = QueueWrite;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = QueueDeviceControl;
    DriverObject->DriverUnload = QueueUnload;
    device->Flags |= DO_BUFFERED_IO;
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

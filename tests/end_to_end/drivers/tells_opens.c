// SPDX-License-Identifier: GPL-2.0-only
// A driver that keeps a record of what happens to its files. \\.\TellsOpens\a is a file named 'a', and so on to 'z'; each open, cleanup
// and close of such a file adds a letter to the name's record: 'C', 'U', 'X'.
//
//   0x222000 record   in: a name, out: its record as text
//   0x222004 touch    out: TOUCHED, of this very file object
//   0x222008 pend     waits until 0x22200C, or is cancelled
//   0x22200C finish   ends what pends on this file object, oldest first
//   0x222010 name     in: a name for a file that was opened without one (Wine's own driver host knows no names below a device)
#include <ntddk.h>
#include <csq.h>

#define FIRST 'a'
#define NAMES 26
#define LONGEST 31

typedef struct _TOUCHED {
    ULONG Count;    // how often this file object was touched
    ULONG Process;  // whose thread it is, as PsGetCurrentProcessId says
} TOUCHED, *PTOUCHED;

typedef struct _RECORD {
    volatile LONG Length;
    CHAR Text[LONGEST + 1];
} RECORD;

static UNICODE_STRING DeviceName = RTL_CONSTANT_STRING(L"\\Device\\TellsOpens");
static UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\TellsOpens");
static PDEVICE_OBJECT Device;
static RECORD Records[NAMES];
static IO_CSQ Csq;
static LIST_ENTRY Pending;
static KSPIN_LOCK Lock;

static NTSTATUS Complete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information) {
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static VOID NTAPI Insert(PIO_CSQ Queue, PIRP Irp) {
    UNREFERENCED_PARAMETER(Queue);
    InsertTailList(&Pending, &Irp->Tail.Overlay.ListEntry);
}
static VOID NTAPI Remove(PIO_CSQ Queue, PIRP Irp) {
    UNREFERENCED_PARAMETER(Queue);
    RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
}
static PIRP NTAPI Peek(PIO_CSQ Queue, PIRP Irp, PVOID File) {
    PLIST_ENTRY entry = Irp == NULL ? Pending.Flink : Irp->Tail.Overlay.ListEntry.Flink;
    UNREFERENCED_PARAMETER(Queue);
    for (; entry != &Pending; entry = entry->Flink) {
        PIRP next = CONTAINING_RECORD(entry, IRP, Tail.Overlay.ListEntry);
        if (File == NULL || IoGetCurrentIrpStackLocation(next)->FileObject == File) return next;
    }
    return NULL;
}
static VOID NTAPI Acquire(PIO_CSQ Queue, PKIRQL Irql) {
    UNREFERENCED_PARAMETER(Queue);
    KeAcquireSpinLock(&Lock, Irql);
}
static VOID NTAPI Release(PIO_CSQ Queue, KIRQL Irql) {
    UNREFERENCED_PARAMETER(Queue);
    KeReleaseSpinLock(&Lock, Irql);
}
static VOID NTAPI CompleteCanceled(PIO_CSQ Queue, PIRP Irp) {
    UNREFERENCED_PARAMETER(Queue);
    Complete(Irp, STATUS_CANCELLED, 0);
}

// The record of a file's name; NULL for the device itself.
static RECORD* RecordOf(PFILE_OBJECT File) {
    const PUNICODE_STRING name = &File->FileName;
    if (name->Length != 2 * sizeof(WCHAR) || name->Buffer[1] < FIRST || name->Buffer[1] >= FIRST + NAMES) return NULL;
    return &Records[name->Buffer[1] - FIRST];
}

static VOID Write(RECORD* Record, CHAR Letter) {
    LONG at;
    if (Record == NULL) return;
    at = InterlockedIncrement(&Record->Length) - 1;
    if (at < LONGEST) Record->Text[at] = Letter;
}

static NTSTATUS NTAPI Create(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    UNREFERENCED_PARAMETER(DeviceObject);
    file->FsContext = RecordOf(file);
    file->FsContext2 = NULL;
    Write(file->FsContext, 'C');
    return Complete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI Cleanup(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    PIRP pending;
    UNREFERENCED_PARAMETER(DeviceObject);
    Write(file->FsContext, 'U');
    while ((pending = IoCsqRemoveNextIrp(&Csq, file)) != NULL) Complete(pending, STATUS_CANCELLED, 0);
    return Complete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI Close(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    UNREFERENCED_PARAMETER(DeviceObject);
    Write(IoGetCurrentIrpStackLocation(Irp)->FileObject->FsContext, 'X');
    return Complete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS Tell(PIRP Irp, PIO_STACK_LOCATION Stack) {
    const CHAR* name = Irp->AssociatedIrp.SystemBuffer;
    RECORD* record;
    if (Stack->Parameters.DeviceIoControl.InputBufferLength < 1 || *name < FIRST || *name >= FIRST + NAMES ||
        Stack->Parameters.DeviceIoControl.OutputBufferLength < sizeof(record->Text)) {
        return Complete(Irp, STATUS_INVALID_PARAMETER, 0);
    }
    record = &Records[*name - FIRST];
    RtlCopyMemory(Irp->AssociatedIrp.SystemBuffer, record->Text, sizeof(record->Text));
    return Complete(Irp, STATUS_SUCCESS, sizeof(record->Text));
}

static NTSTATUS Touch(PIRP Irp, PIO_STACK_LOCATION Stack) {
    PTOUCHED touched = Irp->AssociatedIrp.SystemBuffer;
    if (Stack->Parameters.DeviceIoControl.OutputBufferLength < sizeof(TOUCHED)) return Complete(Irp, STATUS_BUFFER_TOO_SMALL, 0);
    Stack->FileObject->FsContext2 = (PCHAR)Stack->FileObject->FsContext2 + 1;
    touched->Count = (ULONG)(ULONG_PTR)Stack->FileObject->FsContext2;
    touched->Process = (ULONG)(ULONG_PTR)PsGetCurrentProcessId();
    return Complete(Irp, STATUS_SUCCESS, sizeof(TOUCHED));
}

static NTSTATUS Name(PIRP Irp, PIO_STACK_LOCATION Stack) {
    const CHAR* name = Irp->AssociatedIrp.SystemBuffer;
    if (Stack->FileObject->FsContext != NULL || Stack->Parameters.DeviceIoControl.InputBufferLength < 1 || *name < FIRST ||
        *name >= FIRST + NAMES) {
        return Complete(Irp, STATUS_INVALID_PARAMETER, 0);
    }
    Stack->FileObject->FsContext = &Records[*name - FIRST];
    Write(Stack->FileObject->FsContext, 'C');
    return Complete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI DeviceControl(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    PIRP pending;
    UNREFERENCED_PARAMETER(DeviceObject);
    switch (stack->Parameters.DeviceIoControl.IoControlCode) {
        case 0x222000: return Tell(Irp, stack);
        case 0x222004: return Touch(Irp, stack);
        case 0x222008:
            IoCsqInsertIrp(&Csq, Irp, NULL);
            return STATUS_PENDING;
        case 0x22200C:
            pending = IoCsqRemoveNextIrp(&Csq, stack->FileObject);
            if (pending != NULL) Complete(pending, STATUS_SUCCESS, 0);
            return Complete(Irp, pending != NULL ? STATUS_SUCCESS : STATUS_NOT_FOUND, 0);
        case 0x222010: return Name(Irp, stack);
        default: return Complete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
}

static VOID NTAPI Unload(PDRIVER_OBJECT DriverObject) {
    UNREFERENCED_PARAMETER(DriverObject);
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(Device);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    NTSTATUS status;
    UNREFERENCED_PARAMETER(RegistryPath);
    InitializeListHead(&Pending);
    KeInitializeSpinLock(&Lock);
    status = IoCsqInitialize(&Csq, Insert, Remove, Peek, Acquire, Release, CompleteCanceled);
    if (!NT_SUCCESS(status)) return status;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = Create;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = Cleanup;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = Close;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = DeviceControl;
    DriverObject->DriverUnload = Unload;
    status = IoCreateDevice(DriverObject, 0, &DeviceName, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device);
    if (!NT_SUCCESS(status)) return status;
    Device->Flags &= ~DO_DEVICE_INITIALIZING;
    status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (!NT_SUCCESS(status)) IoDeleteDevice(Device);
    return status;
}

// SPDX-License-Identifier: GPL-2.0-only
// A driver that registers process, thread and image notify routines and keeps what it is told: \\.\TellsProcesses.
//
//   0x222000 notes    out: as many NOTEs as fit, from the first on
//   0x222004 forget   empties the record
//   0x222008 refuse   in: a file name (UTF-16); processes whose image's path ends so are refused with STATUS_ACCESS_DENIED
#include <ntifs.h>

#define MOST 512
#define TEXT 100

typedef struct _NOTE {
    ULONG Kind;  // 'P' created, 'p' ended, 'E' and 'e' the same of the Ex routine, 'T' and 't' of threads, 'I' an image
    ULONG Process;
    ULONG Thread;  // of 'T' and 't'; of 'E': the creating thread
    ULONG Parent;  // of 'P', 'p', 'E'
    ULONG Creator; // of 'E': the creating thread's process
    ULONG Found;   // of 'E': whether PsLookupProcessByProcessId finds the process
    ULONG64 Base, Bytes;           // of 'I'
    WCHAR Image[TEXT], Command[TEXT];
} NOTE;

static UNICODE_STRING DeviceName = RTL_CONSTANT_STRING(L"\\Device\\TellsProcesses");
static UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\TellsProcesses");
static PDEVICE_OBJECT Device;
static NOTE Notes[MOST];
static LONG Count;
static WCHAR RefusedText[TEXT];
static UNICODE_STRING Refused = {0, sizeof(RefusedText), RefusedText};

static NOTE* NewNote(ULONG Kind, HANDLE Process) {
    static NOTE full;
    LONG at = InterlockedIncrement(&Count) - 1;
    NOTE* note = at < MOST ? &Notes[at] : &full;
    RtlZeroMemory(note, sizeof(*note));
    note->Kind = Kind;
    note->Process = (ULONG)(ULONG_PTR)Process;
    return note;
}

static VOID Keep(WCHAR* To, PCUNICODE_STRING Text) {
    if (Text == NULL) return;
    RtlCopyMemory(To, Text->Buffer, min(Text->Length, (TEXT - 1) * sizeof(WCHAR)));
}

static VOID NTAPI OnProcess(HANDLE Parent, HANDLE Process, BOOLEAN Create) {
    NewNote(Create ? 'P' : 'p', Process)->Parent = (ULONG)(ULONG_PTR)Parent;
}

static VOID NTAPI OnProcessEx(PEPROCESS Object, HANDLE Process, PPS_CREATE_NOTIFY_INFO Info) {
    NOTE* note = NewNote(Info != NULL ? 'E' : 'e', Process);
    PEPROCESS found = NULL;
    if (Info == NULL) return;
    note->Thread = (ULONG)(ULONG_PTR)Info->CreatingThreadId.UniqueThread;
    note->Creator = (ULONG)(ULONG_PTR)Info->CreatingThreadId.UniqueProcess;
    note->Parent = (ULONG)(ULONG_PTR)Info->ParentProcessId;
    if (NT_SUCCESS(PsLookupProcessByProcessId(Process, &found))) {
        note->Found = found == Object && PsGetProcessId(Object) == Process;
        ObDereferenceObject(found);
    }
    Keep(note->Image, Info->ImageFileName);
    Keep(note->Command, Info->CommandLine);
    if (Refused.Length != 0 && Info->ImageFileName != NULL && Info->ImageFileName->Length >= Refused.Length) {
        UNICODE_STRING end = *Info->ImageFileName;
        end.Buffer += (end.Length - Refused.Length) / sizeof(WCHAR);
        end.Length = Refused.Length;
        if (RtlEqualUnicodeString(&end, &Refused, TRUE)) Info->CreationStatus = STATUS_ACCESS_DENIED;
    }
}

static VOID NTAPI OnThread(HANDLE Process, HANDLE Thread, BOOLEAN Create) {
    NewNote(Create ? 'T' : 't', Process)->Thread = (ULONG)(ULONG_PTR)Thread;
}

static VOID NTAPI OnImage(PUNICODE_STRING Name, HANDLE Process, PIMAGE_INFO Info) {
    NOTE* note;
    if (Process == NULL) return;  // a driver's
    note = NewNote('I', Process);
    note->Base = (ULONG64)(ULONG_PTR)Info->ImageBase;
    note->Bytes = Info->ImageSize;
    Keep(note->Image, Name);
}

static NTSTATUS Complete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information) {
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS NTAPI Succeed(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    UNREFERENCED_PARAMETER(DeviceObject);
    return Complete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI DeviceControl(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG bytes;
    UNREFERENCED_PARAMETER(DeviceObject);
    switch (stack->Parameters.DeviceIoControl.IoControlCode) {
        case 0x222000:
            bytes = min((ULONG)min(Count, MOST) * (ULONG)sizeof(NOTE), stack->Parameters.DeviceIoControl.OutputBufferLength);
            RtlCopyMemory(Irp->AssociatedIrp.SystemBuffer, Notes, bytes);
            return Complete(Irp, STATUS_SUCCESS, bytes);
        case 0x222004:
            InterlockedExchange(&Count, 0);
            return Complete(Irp, STATUS_SUCCESS, 0);
        case 0x222008:
            bytes = stack->Parameters.DeviceIoControl.InputBufferLength;
            if (bytes > sizeof(RefusedText)) return Complete(Irp, STATUS_INVALID_PARAMETER, 0);
            if (bytes != 0) RtlCopyMemory(RefusedText, Irp->AssociatedIrp.SystemBuffer, bytes);
            Refused.Length = (USHORT)bytes;
            return Complete(Irp, STATUS_SUCCESS, 0);
        default: return Complete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
}

static VOID NTAPI Unload(PDRIVER_OBJECT DriverObject) {
    UNREFERENCED_PARAMETER(DriverObject);
    PsSetCreateProcessNotifyRoutine(OnProcess, TRUE);
    PsSetCreateProcessNotifyRoutineEx(OnProcessEx, TRUE);
    PsRemoveCreateThreadNotifyRoutine(OnThread);
    PsRemoveLoadImageNotifyRoutine(OnImage);
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(Device);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    NTSTATUS status;
    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->MajorFunction[IRP_MJ_CREATE] = Succeed;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = Succeed;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = Succeed;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = DeviceControl;
    DriverObject->DriverUnload = Unload;
    status = IoCreateDevice(DriverObject, 0, &DeviceName, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device);
    if (!NT_SUCCESS(status)) return status;
    Device->Flags &= ~DO_DEVICE_INITIALIZING;
    status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (NT_SUCCESS(status)) status = PsSetCreateProcessNotifyRoutine(OnProcess, FALSE);
    if (NT_SUCCESS(status)) status = PsSetCreateProcessNotifyRoutineEx(OnProcessEx, FALSE);
    if (NT_SUCCESS(status)) status = PsSetCreateThreadNotifyRoutine(OnThread);
    if (NT_SUCCESS(status)) status = PsSetLoadImageNotifyRoutine(OnImage);
    if (!NT_SUCCESS(status)) Unload(DriverObject);
    return status;
}

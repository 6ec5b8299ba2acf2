// SPDX-License-Identifier: GPL-2.0-only
// A driver that programs give handles to, within buffers: of events, which it signals and waits for, and of whatever else. Each file has
// one event.
//
//   0x222000 keep     in: a handle, of a program's event
//   0x222004 set      out: the state before
//   0x222008 reset    out: the state before
//   0x22200C pulse    out: the state before
//   0x222010 later    in: milliseconds; sets it then, from a timer's DPC. The request ends at once
//   0x222014 wait     in: milliseconds; out: the wait's NTSTATUS
//   0x222018 state    out: the state
//   0x22201C drop     has it no more
//   0x222020 what     in: a handle; out: WHAT it is
//   0x222024 by hand  in: a handle; sets it by ZwSetEvent, without a reference
#include <ntddk.h>

// mingw-w64 declares these as imported, which is one step too many: the variables are in the import table.
extern POBJECT_TYPE* __imp_ExEventObjectType;
extern POBJECT_TYPE* __imp_IoFileObjectType;
extern POBJECT_TYPE* __imp_PsProcessType;
NTSYSAPI NTSTATUS NTAPI ZwSetEvent(HANDLE EventHandle, PLONG PreviousState);  // of ntifs.h

typedef struct _WHAT {
    ULONG Kind;     // 1 an event, 2 this file, 3 another file, 4 a process
    ULONG Process;  // its id
    ULONG Access;   // what the handle allows
} WHAT;

typedef struct _KEPT {
    PKEVENT Event;
    KTIMER Timer;
    KDPC Dpc;
} KEPT;

#define TAG 'gSsR'

static UNICODE_STRING DeviceName = RTL_CONSTANT_STRING(L"\\Device\\Signals");
static UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\Signals");

static NTSTATUS Complete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information) {
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static VOID NTAPI SetLater(PKDPC Dpc, PVOID Context, PVOID First, PVOID Second) {
    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(First);
    UNREFERENCED_PARAMETER(Second);
    KeSetEvent(((KEPT*)Context)->Event, IO_NO_INCREMENT, FALSE);
}

static VOID Drop(KEPT* Context) {
    PKEVENT event = InterlockedExchangePointer((PVOID*)&Context->Event, NULL);
    KeCancelTimer(&Context->Timer);
    KeFlushQueuedDpcs();
    if (event != NULL) ObDereferenceObject(event);
}

static NTSTATUS NTAPI Create(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    KEPT* context = ExAllocatePoolWithTag(NonPagedPool, sizeof(KEPT), TAG);
    UNREFERENCED_PARAMETER(DeviceObject);
    if (context == NULL) return Complete(Irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    context->Event = NULL;
    KeInitializeTimer(&context->Timer);
    KeInitializeDpc(&context->Dpc, SetLater, context);
    IoGetCurrentIrpStackLocation(Irp)->FileObject->FsContext = context;
    return Complete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI Close(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    KEPT* context = IoGetCurrentIrpStackLocation(Irp)->FileObject->FsContext;
    UNREFERENCED_PARAMETER(DeviceObject);
    Drop(context);
    ExFreePoolWithTag(context, TAG);
    return Complete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS Keep(KEPT* Context, HANDLE Handle) {
    PVOID event;
    NTSTATUS status = ObReferenceObjectByHandle(Handle, EVENT_MODIFY_STATE, *__imp_ExEventObjectType, UserMode, &event, NULL);
    if (!NT_SUCCESS(status)) return status;
    Drop(Context);
    Context->Event = event;
    return STATUS_SUCCESS;
}

static NTSTATUS Look(PFILE_OBJECT File, HANDLE Handle, WHAT* What) {
    const struct {
        POBJECT_TYPE Type;
        ULONG Kind;
    } kinds[] = {{*__imp_ExEventObjectType, 1}, {*__imp_IoFileObjectType, 3}, {*__imp_PsProcessType, 4}};
    OBJECT_HANDLE_INFORMATION information;
    NTSTATUS status = STATUS_INVALID_HANDLE;
    ULONG i;
    RtlZeroMemory(What, sizeof(*What));
    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        PVOID object;
        status = ObReferenceObjectByHandle(Handle, 0, kinds[i].Type, UserMode, &object, &information);
        if (status == STATUS_OBJECT_TYPE_MISMATCH) continue;
        if (!NT_SUCCESS(status)) return status;
        What->Kind = object == File ? 2 : kinds[i].Kind;
        What->Access = information.GrantedAccess;
        if (What->Kind == 4) What->Process = (ULONG)(ULONG_PTR)PsGetProcessId(object);
        ObDereferenceObject(object);
        return STATUS_SUCCESS;
    }
    return status;
}

static LARGE_INTEGER Relative(ULONG Milliseconds) {
    LARGE_INTEGER time;
    time.QuadPart = -10000LL * Milliseconds;
    return time;
}

static NTSTATUS WaitFor(PKEVENT Event, ULONG Milliseconds) {
    LARGE_INTEGER timeout = Relative(Milliseconds);
    return KeWaitForSingleObject(Event, Executive, KernelMode, FALSE, &timeout);
}

static NTSTATUS NTAPI DeviceControl(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    KEPT* context = stack->FileObject->FsContext;
    const ULONG code = stack->Parameters.DeviceIoControl.IoControlCode, in = stack->Parameters.DeviceIoControl.InputBufferLength;
    const ULONG out = stack->Parameters.DeviceIoControl.OutputBufferLength;
    const BOOLEAN gives = code == 0x222010 || code == 0x222014;
    ULONG* number = Irp->AssociatedIrp.SystemBuffer;
    HANDLE handle = NULL;
    UNREFERENCED_PARAMETER(DeviceObject);
    if (in >= sizeof(ULONG)) handle = in >= sizeof(HANDLE) ? *(HANDLE*)number : (HANDLE)(LONG_PTR)(LONG)*number;  // a 32-bit program's
    if (gives && in < sizeof(ULONG)) return Complete(Irp, STATUS_INVALID_PARAMETER, 0);
    switch (code) {
        case 0x222000: return Complete(Irp, Keep(context, handle), 0);
        case 0x22201C: Drop(context); return Complete(Irp, STATUS_SUCCESS, 0);
        case 0x222020: {
            NTSTATUS status;
            if (out < sizeof(WHAT)) return Complete(Irp, STATUS_BUFFER_TOO_SMALL, 0);
            status = Look(stack->FileObject, handle, (WHAT*)number);
            return Complete(Irp, status, NT_SUCCESS(status) ? sizeof(WHAT) : 0);
        }
        case 0x222024: return Complete(Irp, ZwSetEvent(handle, NULL), 0);
        default: break;
    }
    if (context->Event == NULL) return Complete(Irp, STATUS_INVALID_DEVICE_STATE, 0);
    if (code == 0x222010) {
        KeSetTimer(&context->Timer, Relative(*number), &context->Dpc);
        return Complete(Irp, STATUS_SUCCESS, 0);
    }
    if (out < sizeof(ULONG)) return Complete(Irp, STATUS_BUFFER_TOO_SMALL, 0);
    switch (code) {
        case 0x222004: *number = KeSetEvent(context->Event, IO_NO_INCREMENT, FALSE); break;
        case 0x222008: *number = KeResetEvent(context->Event); break;
        case 0x22200C: *number = KePulseEvent(context->Event, IO_NO_INCREMENT, FALSE); break;
        case 0x222014: *number = WaitFor(context->Event, *number); break;
        case 0x222018: *number = KeReadStateEvent(context->Event); break;
        default: return Complete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
    return Complete(Irp, STATUS_SUCCESS, sizeof(ULONG));
}

static VOID NTAPI Unload(PDRIVER_OBJECT DriverObject) {
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(DriverObject->DeviceObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    PDEVICE_OBJECT device;
    NTSTATUS status = IoCreateDevice(DriverObject, 0, &DeviceName, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    UNREFERENCED_PARAMETER(RegistryPath);
    if (!NT_SUCCESS(status)) return status;
    status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
        return status;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = Create;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = Close;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = DeviceControl;
    DriverObject->DriverUnload = Unload;
    return STATUS_SUCCESS;
}

// SPDX-License-Identifier: GPL-2.0-only
// pointers: works on the caller's own memory, at the caller's addresses: METHOD_NEITHER buffers, pointers inside of
// buffers, pages that stay locked while a request pends, memory of a process that a worker thread attaches to. Bad
// pointers end a request with STATUS_ACCESS_VIOLATION and nothing else. Makes \\.\Pointers.
//
//   0x222003 WHERE     NEITHER   the two buffers' addresses, written into the second
//   0x222007 SUM       NEITHER   the sum of the first buffer's bytes, as 8 bytes, into the second
//   0x22200B COUNT_UP  NEITHER   adds 1 to each byte of the second buffer, where it is
//   0x22200C FOLLOW    BUFFERED  POINTERS_COPY: copies from one address to another, backwards
//   0x222013 LATER     NEITHER   fills the second buffer, a while (the first buffer: milliseconds) after the call, through an MDL
//   0x222014 ATTACHED  BUFFERED  FOLLOW, by a system thread that attaches to the caller's process
//
// A 32-bit program's pointers are 4 bytes each, where the driver's are 8: IoIs32bitProcess tells.
#include <ntifs.h>

#define IOCTL_POINTERS_WHERE CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_NEITHER, FILE_ANY_ACCESS)
#define IOCTL_POINTERS_SUM CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_NEITHER, FILE_ANY_ACCESS)
#define IOCTL_POINTERS_COUNT_UP CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_NEITHER, FILE_ANY_ACCESS)
#define IOCTL_POINTERS_FOLLOW CTL_CODE(FILE_DEVICE_UNKNOWN, 0x803, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_POINTERS_LATER CTL_CODE(FILE_DEVICE_UNKNOWN, 0x804, METHOD_NEITHER, FILE_ANY_ACCESS)
#define IOCTL_POINTERS_ATTACHED CTL_CODE(FILE_DEVICE_UNKNOWN, 0x805, METHOD_BUFFERED, FILE_ANY_ACCESS)

#define POINTERS_TAG 'tnoP'

typedef struct _POINTERS_COPY {
    PUCHAR From;
    PUCHAR To;
    ULONG64 Bytes;
} POINTERS_COPY, *PPOINTERS_COPY;

typedef struct _POINTERS_COPY32 {  // as a 32-bit program lays it out
    ULONG From;
    ULONG To;
    ULONG64 Bytes;
} POINTERS_COPY32, *PPOINTERS_COPY32;

typedef struct _POINTERS_LATER {
    KTIMER Timer;
    KDPC Dpc;
    PMDL Mdl;
    PUCHAR Buffer;
    ULONG Bytes;
    PIRP Irp;
} POINTERS_LATER, *PPOINTERS_LATER;

typedef struct _POINTERS_WORK {
    PIO_WORKITEM Item;
    PKPROCESS Process;
    POINTERS_COPY Copy;
    PIRP Irp;
} POINTERS_WORK, *PPOINTERS_WORK;

static UNICODE_STRING DeviceName = RTL_CONSTANT_STRING(L"\\Device\\Pointers");
static UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\Pointers");

DRIVER_INITIALIZE DriverEntry;

static NTSTATUS PointersComplete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information) {
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS NTAPI PointersCreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    UNREFERENCED_PARAMETER(DeviceObject);
    return PointersComplete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS Where(PIRP Irp, PVOID Input, ULONG OutputLength, ULONG_PTR* Done) {
    const BOOLEAN narrow = IoIs32bitProcess(Irp);
    const ULONG pointerBytes = narrow ? sizeof(ULONG) : sizeof(PVOID);
    if (OutputLength < 2 * pointerBytes) return STATUS_BUFFER_TOO_SMALL;
    __try {
        ProbeForWrite(Irp->UserBuffer, 2 * pointerBytes, pointerBytes);
        if (narrow) {
            ULONG* output = Irp->UserBuffer;
            output[0] = (ULONG)(ULONG_PTR)Input;
            output[1] = (ULONG)(ULONG_PTR)output;
        } else {
            PVOID* output = Irp->UserBuffer;
            output[0] = Input;
            output[1] = output;
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode();
    }
    *Done = 2 * pointerBytes;
    return STATUS_SUCCESS;
}

static NTSTATUS Sum(PIRP Irp, PUCHAR Input, ULONG InputLength, ULONG OutputLength, ULONG_PTR* Done) {
    ULONG64 sum = 0;
    ULONG i;
    if (OutputLength < sizeof(sum)) return STATUS_BUFFER_TOO_SMALL;
    __try {
        ProbeForRead(Input, InputLength, sizeof(UCHAR));
        for (i = 0; i < InputLength; i++) sum += Input[i];
        ProbeForWrite(Irp->UserBuffer, sizeof(sum), sizeof(UCHAR));
        RtlCopyMemory(Irp->UserBuffer, &sum, sizeof(sum));
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode();
    }
    *Done = sizeof(sum);
    return STATUS_SUCCESS;
}

static NTSTATUS CountUp(PIRP Irp, ULONG OutputLength, ULONG_PTR* Done) {
    PUCHAR output = Irp->UserBuffer;
    ULONG i;
    __try {
        ProbeForWrite(output, OutputLength, sizeof(UCHAR));
        for (i = 0; i < OutputLength; i++) output[i]++;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode();
    }
    *Done = OutputLength;
    return STATUS_SUCCESS;
}

static BOOLEAN ReadCopy(PIRP Irp, ULONG InputLength, PPOINTERS_COPY Copy) {
    if (IoIs32bitProcess(Irp)) {
        const POINTERS_COPY32* narrow = Irp->AssociatedIrp.SystemBuffer;
        if (InputLength < sizeof(*narrow)) return FALSE;
        Copy->From = (PUCHAR)(ULONG_PTR)narrow->From;
        Copy->To = (PUCHAR)(ULONG_PTR)narrow->To;
        Copy->Bytes = narrow->Bytes;
    } else {
        if (InputLength < sizeof(*Copy)) return FALSE;
        *Copy = *(PPOINTERS_COPY)Irp->AssociatedIrp.SystemBuffer;
    }
    return TRUE;
}

static NTSTATUS Follow(const POINTERS_COPY* Copy) {
    ULONG64 i;
    __try {
        ProbeForRead(Copy->From, Copy->Bytes, sizeof(UCHAR));
        ProbeForWrite(Copy->To, Copy->Bytes, sizeof(UCHAR));
        for (i = 0; i < Copy->Bytes; i++) Copy->To[i] = Copy->From[Copy->Bytes - 1 - i];
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode();
    }
    return STATUS_SUCCESS;
}

// ---- A request that pends with the caller's pages locked

static VOID NTAPI LaterDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2) {
    PPOINTERS_LATER later = Context;
    PIRP irp = later->Irp;
    ULONG bytes = later->Bytes, i;
    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    for (i = 0; i < bytes; i++) later->Buffer[i] = (UCHAR)(later->Buffer[i] + i + 1);
    MmUnlockPages(later->Mdl);
    IoFreeMdl(later->Mdl);
    ExFreePoolWithTag(later, POINTERS_TAG);
    PointersComplete(irp, STATUS_SUCCESS, bytes);
}

static NTSTATUS Later(PIRP Irp, PULONG Input, ULONG InputLength, ULONG OutputLength) {
    PPOINTERS_LATER later;
    LARGE_INTEGER due;
    NTSTATUS status = STATUS_SUCCESS;
    if (InputLength < sizeof(ULONG) || OutputLength == 0) return STATUS_INVALID_PARAMETER;
    later = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(*later), POINTERS_TAG);
    if (later == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    later->Irp = Irp;
    later->Bytes = OutputLength;
    later->Mdl = IoAllocateMdl(Irp->UserBuffer, OutputLength, FALSE, FALSE, NULL);
    if (later->Mdl == NULL) {
        ExFreePoolWithTag(later, POINTERS_TAG);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    __try {
        ProbeForRead(Input, sizeof(ULONG), sizeof(ULONG));
        due.QuadPart = -10000LL * *Input;
        MmProbeAndLockPages(later->Mdl, Irp->RequestorMode, IoModifyAccess);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }
    if (NT_SUCCESS(status)) {
        later->Buffer = MmGetSystemAddressForMdlSafe(later->Mdl, NormalPagePriority);
        if (later->Buffer == NULL) {
            MmUnlockPages(later->Mdl);
            status = STATUS_INSUFFICIENT_RESOURCES;
        }
    }
    if (!NT_SUCCESS(status)) {
        IoFreeMdl(later->Mdl);
        ExFreePoolWithTag(later, POINTERS_TAG);
        return status;
    }
    IoMarkIrpPending(Irp);
    KeInitializeTimer(&later->Timer);
    KeInitializeDpc(&later->Dpc, LaterDpc, later);
    KeSetTimer(&later->Timer, due, &later->Dpc);
    return STATUS_PENDING;
}

// ---- The caller's memory, seen by a thread that is none of its own

static VOID NTAPI AttachedWorker(PDEVICE_OBJECT DeviceObject, PVOID Context) {
    PPOINTERS_WORK work = Context;
    PIRP irp = work->Irp;
    KAPC_STATE state;
    NTSTATUS status;
    UNREFERENCED_PARAMETER(DeviceObject);
    KeStackAttachProcess(work->Process, &state);
    status = Follow(&work->Copy);
    KeUnstackDetachProcess(&state);
    ObDereferenceObject(work->Process);
    IoFreeWorkItem(work->Item);
    ExFreePoolWithTag(work, POINTERS_TAG);
    PointersComplete(irp, status, 0);
}

static NTSTATUS Attached(PDEVICE_OBJECT DeviceObject, PIRP Irp, const POINTERS_COPY* Copy) {
    PPOINTERS_WORK work = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(*work), POINTERS_TAG);
    if (work == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    work->Item = IoAllocateWorkItem(DeviceObject);
    if (work->Item == NULL) {
        ExFreePoolWithTag(work, POINTERS_TAG);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    work->Copy = *Copy;
    work->Irp = Irp;
    work->Process = (PKPROCESS)IoGetCurrentProcess();
    ObReferenceObject(work->Process);
    IoMarkIrpPending(Irp);
    IoQueueWorkItem(work->Item, AttachedWorker, DelayedWorkQueue, work);
    return STATUS_PENDING;
}

static NTSTATUS NTAPI PointersDeviceControl(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    PVOID input = stack->Parameters.DeviceIoControl.Type3InputBuffer;
    ULONG inputLength = stack->Parameters.DeviceIoControl.InputBufferLength;
    ULONG outputLength = stack->Parameters.DeviceIoControl.OutputBufferLength;
    ULONG code = stack->Parameters.DeviceIoControl.IoControlCode;
    POINTERS_COPY copy;
    ULONG_PTR done = 0;
    NTSTATUS status;

    if ((code == IOCTL_POINTERS_FOLLOW || code == IOCTL_POINTERS_ATTACHED) && !ReadCopy(Irp, inputLength, &copy)) {
        return PointersComplete(Irp, STATUS_INVALID_PARAMETER, 0);
    }
    switch (code) {
        case IOCTL_POINTERS_WHERE: status = Where(Irp, input, outputLength, &done); break;
        case IOCTL_POINTERS_SUM: status = Sum(Irp, input, inputLength, outputLength, &done); break;
        case IOCTL_POINTERS_COUNT_UP: status = CountUp(Irp, outputLength, &done); break;
        case IOCTL_POINTERS_FOLLOW: status = Follow(&copy); break;
        case IOCTL_POINTERS_LATER: status = Later(Irp, input, inputLength, outputLength); break;
        case IOCTL_POINTERS_ATTACHED: status = Attached(DeviceObject, Irp, &copy); break;
        default: status = STATUS_INVALID_DEVICE_REQUEST; break;
    }
    return status == STATUS_PENDING ? status : PointersComplete(Irp, status, done);
}

static VOID NTAPI PointersUnload(PDRIVER_OBJECT DriverObject) {
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(DriverObject->DeviceObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    PDEVICE_OBJECT device;
    NTSTATUS status;
    UNREFERENCED_PARAMETER(RegistryPath);

    status = IoCreateDevice(DriverObject, 0, &DeviceName, FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN, FALSE, &device);
    if (!NT_SUCCESS(status)) return status;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = PointersCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = PointersCreateClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = PointersDeviceControl;
    DriverObject->DriverUnload = PointersUnload;
    status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
        return status;
    }
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

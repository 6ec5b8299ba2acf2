// SPDX-License-Identifier: GPL-2.0-only
// echo: gives back what it gets, by every transfer method that I/O control codes have, and by read
// and write over a 64 KB buffer. The first driver to look at; makes \\.\Echo.
//
//   0x222000 METHOD_BUFFERED     0x222005 METHOD_IN_DIRECT
//   0x22200A METHOD_OUT_DIRECT   0x22200F METHOD_NEITHER
#include <ntddk.h>

#define IOCTL_ECHO_BUFFERED CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_ECHO_IN_DIRECT CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_IN_DIRECT, FILE_ANY_ACCESS)
#define IOCTL_ECHO_OUT_DIRECT CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_OUT_DIRECT, FILE_ANY_ACCESS)
#define IOCTL_ECHO_NEITHER CTL_CODE(FILE_DEVICE_UNKNOWN, 0x803, METHOD_NEITHER, FILE_ANY_ACCESS)

#define ECHO_BUFFER_BYTES (64 * 1024)
#define ECHO_TAG 'ohcE'

typedef struct _ECHO_EXTENSION {
    FAST_MUTEX Lock;
    ULONG Filled;  // bytes of Buffer that were written
    PUCHAR Buffer;
} ECHO_EXTENSION, *PECHO_EXTENSION;

static UNICODE_STRING DeviceName = RTL_CONSTANT_STRING(L"\\Device\\Echo");
static UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\Echo");

DRIVER_INITIALIZE DriverEntry;

static NTSTATUS EchoComplete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information) {
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS NTAPI EchoCreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    UNREFERENCED_PARAMETER(DeviceObject);
    return EchoComplete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI EchoWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PECHO_EXTENSION extension = DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG length = stack->Parameters.Write.Length;

    if (length > ECHO_BUFFER_BYTES) return EchoComplete(Irp, STATUS_INVALID_BUFFER_SIZE, 0);
    ExAcquireFastMutex(&extension->Lock);
    if (length != 0) RtlCopyMemory(extension->Buffer, Irp->AssociatedIrp.SystemBuffer, length);
    extension->Filled = length;
    ExReleaseFastMutex(&extension->Lock);
    return EchoComplete(Irp, STATUS_SUCCESS, length);
}

static NTSTATUS NTAPI EchoRead(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PECHO_EXTENSION extension = DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG length = stack->Parameters.Read.Length;

    ExAcquireFastMutex(&extension->Lock);
    if (length > extension->Filled) length = extension->Filled;
    if (length != 0) RtlCopyMemory(Irp->AssociatedIrp.SystemBuffer, extension->Buffer, length);
    ExReleaseFastMutex(&extension->Lock);
    return EchoComplete(Irp, STATUS_SUCCESS, length);
}

// METHOD_IN_DIRECT and METHOD_OUT_DIRECT: the first buffer comes as a system copy, the second as an
// MDL whose pages are the caller's own. The methods differ in the access that the I/O manager checked
// before it locked the pages; the echo goes into the second buffer either way.
static NTSTATUS EchoDirect(PIRP Irp, ULONG InputLength, ULONG OutputLength, ULONG* Done) {
    PVOID second;
    if (Irp->MdlAddress == NULL) return OutputLength == 0 ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
    second = MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority);
    if (second == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    *Done = min(InputLength, OutputLength);
    RtlCopyMemory(second, Irp->AssociatedIrp.SystemBuffer, *Done);
    return STATUS_SUCCESS;
}

// METHOD_NEITHER: the caller's own addresses, good only in its context and only under __try.
static NTSTATUS EchoNeither(PIRP Irp, PIO_STACK_LOCATION Stack, ULONG InputLength, ULONG OutputLength,
                            ULONG* Done) {
    NTSTATUS status = STATUS_SUCCESS;
    PVOID input = Stack->Parameters.DeviceIoControl.Type3InputBuffer;
    PVOID output = Irp->UserBuffer;
    *Done = min(InputLength, OutputLength);
    __try {
        if (Irp->RequestorMode == UserMode) {
            ProbeForRead(input, InputLength, sizeof(UCHAR));
            ProbeForWrite(output, OutputLength, sizeof(UCHAR));
        }
        RtlMoveMemory(output, input, *Done);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
        *Done = 0;
    }
    return status;
}

static NTSTATUS NTAPI EchoDeviceControl(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG inputLength = stack->Parameters.DeviceIoControl.InputBufferLength;
    ULONG outputLength = stack->Parameters.DeviceIoControl.OutputBufferLength;
    ULONG done = 0;
    NTSTATUS status;
    UNREFERENCED_PARAMETER(DeviceObject);

    switch (stack->Parameters.DeviceIoControl.IoControlCode) {
        case IOCTL_ECHO_BUFFERED:  // one system buffer for both ways: the echo is there already
            done = min(inputLength, outputLength);
            status = STATUS_SUCCESS;
            break;
        case IOCTL_ECHO_IN_DIRECT:
        case IOCTL_ECHO_OUT_DIRECT:
            status = EchoDirect(Irp, inputLength, outputLength, &done);
            break;
        case IOCTL_ECHO_NEITHER:
            status = EchoNeither(Irp, stack, inputLength, outputLength, &done);
            break;
        default:
            status = STATUS_INVALID_DEVICE_REQUEST;
            break;
    }
    return EchoComplete(Irp, status, done);
}

static VOID NTAPI EchoUnload(PDRIVER_OBJECT DriverObject) {
    PDEVICE_OBJECT device = DriverObject->DeviceObject;
    PECHO_EXTENSION extension = device->DeviceExtension;
    IoDeleteSymbolicLink(&LinkName);
    ExFreePoolWithTag(extension->Buffer, ECHO_TAG);
    IoDeleteDevice(device);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    PDEVICE_OBJECT device;
    PECHO_EXTENSION extension;
    NTSTATUS status;
    UNREFERENCED_PARAMETER(RegistryPath);

    status = IoCreateDevice(DriverObject, sizeof(ECHO_EXTENSION), &DeviceName, FILE_DEVICE_UNKNOWN,
                            FILE_DEVICE_SECURE_OPEN, FALSE, &device);
    if (!NT_SUCCESS(status)) return status;
    extension = device->DeviceExtension;
    extension->Buffer = ExAllocatePoolWithTag(NonPagedPoolNx, ECHO_BUFFER_BYTES, ECHO_TAG);
    if (extension->Buffer == NULL) {
        IoDeleteDevice(device);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    extension->Filled = 0;
    ExInitializeFastMutex(&extension->Lock);
    device->Flags |= DO_BUFFERED_IO;

    DriverObject->MajorFunction[IRP_MJ_CREATE] = EchoCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = EchoCreateClose;
    DriverObject->MajorFunction[IRP_MJ_READ] = EchoRead;
    DriverObject->MajorFunction[IRP_MJ_WRITE] = EchoWrite;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = EchoDeviceControl;
    DriverObject->DriverUnload = EchoUnload;

    status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (!NT_SUCCESS(status)) {
        ExFreePoolWithTag(extension->Buffer, ECHO_TAG);
        IoDeleteDevice(device);
        return status;
    }
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    DbgPrint("echo: ready\n");
    return STATUS_SUCCESS;
}

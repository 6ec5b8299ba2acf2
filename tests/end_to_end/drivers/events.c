// SPDX-License-Identifier: GPL-2.0-only
// A driver that traces: an event, a string, an error log entry, a flood on request; and that
// forgets a provider at unload.
#include <ntddk.h>

#include <evntprov.h>

NTKERNELAPI NTSTATUS NTAPI EtwSetInformation(REGHANDLE Handle, ULONG Class, PVOID Information,
                                             ULONG Length);

static const GUID Provider = {
    0x0a0b0c0d, 0x0e0f, 0x1011, {0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19}};
static const GUID Forgotten = {
    0x0a0b0c0d, 0x0e0f, 0x1011, {0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x20}};
static const EVENT_DESCRIPTOR Started = {3, 1, 0, 4, 0, 0, 0x10};
static const struct {
    USHORT Size;
    char Name[7];
} Traits = {9, "Events"};
static UNICODE_STRING DeviceName = RTL_CONSTANT_STRING(L"\\Device\\Events");
static UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\Events");
static REGHANDLE Handle;

static VOID LogError(PDRIVER_OBJECT DriverObject) {
    static const WCHAR text[] = L"out of ink";
    UCHAR bytes = sizeof(IO_ERROR_LOG_PACKET) + sizeof(text);
    PIO_ERROR_LOG_PACKET packet = IoAllocateErrorLogEntry(DriverObject, bytes);
    if (packet == NULL) return;
    packet->ErrorCode = STATUS_DEVICE_PAPER_EMPTY;
    packet->NumberOfStrings = 1;
    packet->StringOffset = sizeof(IO_ERROR_LOG_PACKET);
    RtlCopyMemory(packet + 1, text, sizeof(text));
    IoWriteErrorLogEntry(packet);
}

static NTSTATUS NTAPI Write(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    ULONG i, count = 0;
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    UNREFERENCED_PARAMETER(DeviceObject);
    if (stack->MajorFunction == IRP_MJ_DEVICE_CONTROL &&
        stack->Parameters.DeviceIoControl.InputBufferLength >= sizeof(ULONG))
        count = *(ULONG*)Irp->AssociatedIrp.SystemBuffer;
    for (i = 0; i < count; i++) {
        EVENT_DATA_DESCRIPTOR data;
        EventDataDescCreate(&data, &i, sizeof(i));
        EtwWrite(Handle, &Started, NULL, 1, &data);
    }
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static VOID NTAPI Unload(PDRIVER_OBJECT DriverObject) {
    EtwUnregister(Handle);
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(DriverObject->DeviceObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    static const WCHAR name[] = L"hello, events";
    EVENT_DATA_DESCRIPTOR data[2];
    PDEVICE_OBJECT device;
    REGHANDLE forgotten;
    NTSTATUS status;
    ULONG number = 42;
    UNREFERENCED_PARAMETER(RegistryPath);
    status = IoCreateDevice(DriverObject, 0, &DeviceName, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    if (!NT_SUCCESS(status)) return status;
    IoCreateSymbolicLink(&LinkName, &DeviceName);
    DriverObject->DriverUnload = Unload;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = Write;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = Write;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = Write;
    EtwRegister(&Forgotten, NULL, NULL, &forgotten);
    status = EtwRegister(&Provider, NULL, NULL, &Handle);
    if (!NT_SUCCESS(status)) return status;
    EtwSetInformation(Handle, 2, (PVOID)&Traits, sizeof(Traits));
    EventDataDescCreate(&data[0], &number, sizeof(number));
    EventDataDescCreate(&data[1], name, sizeof(name));
    EtwWrite(Handle, &Started, NULL, 2, data);
    EtwWriteString(Handle, 2, 0, NULL, L"a string event");
    LogError(DriverObject);
    return STATUS_SUCCESS;
}

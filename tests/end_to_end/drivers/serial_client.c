// SPDX-License-Identifier: GPL-2.0-only
// Uses a serial port from kernel mode, as a driver of a device on it does. \\.\SerialClient: the input goes out of
// \Device\Serial0, as many bytes as the output has room for come in. 0x222004 tells what DEVICEMAP says of the port.
#include <ntifs.h>
#include <ntddser.h>

// What our own declarations (abi/types/serial.h) have to agree with.
C_ASSERT(IOCTL_SERIAL_SET_BAUD_RATE == 0x1b0004 && IOCTL_SERIAL_GET_BAUD_RATE == 0x1b0050 && IOCTL_SERIAL_SET_LINE_CONTROL == 0x1b000c);
C_ASSERT(IOCTL_SERIAL_SET_TIMEOUTS == 0x1b001c && IOCTL_SERIAL_GET_TIMEOUTS == 0x1b0020 && IOCTL_SERIAL_PURGE == 0x1b004c);
C_ASSERT(IOCTL_SERIAL_SET_WAIT_MASK == 0x1b0044 && IOCTL_SERIAL_WAIT_ON_MASK == 0x1b0048 && IOCTL_SERIAL_IMMEDIATE_CHAR == 0x1b0018);
C_ASSERT(IOCTL_SERIAL_SET_CHARS == 0x1b005c && IOCTL_SERIAL_SET_HANDFLOW == 0x1b0064 && IOCTL_SERIAL_GET_COMMSTATUS == 0x1b006c);
C_ASSERT(IOCTL_SERIAL_XOFF_COUNTER == 0x1b0070 && IOCTL_SERIAL_GET_PROPERTIES == 0x1b0074 && IOCTL_SERIAL_GET_STATS == 0x1b008c);
C_ASSERT(IOCTL_SERIAL_SET_FIFO_CONTROL == 0x1b009c && IOCTL_SERIAL_GET_DTRRTS == 0x1b0078 && IOCTL_SERIAL_SET_QUEUE_SIZE == 0x1b0008);
C_ASSERT(sizeof(SERIAL_TIMEOUTS) == 20 && sizeof(SERIAL_STATUS) == 20 && sizeof(SERIAL_HANDFLOW) == 16 && sizeof(SERIAL_CHARS) == 6);
C_ASSERT(sizeof(SERIAL_COMMPROP) == 64 && sizeof(SERIALPERF_STATS) == 24 && sizeof(SERIAL_LINE_CONTROL) == 3 && sizeof(SERIAL_XOFF_COUNTER) == 12);
C_ASSERT(SERIAL_CONTROL_INVALID == 0x7fffff84 && SERIAL_FLOW_INVALID == 0x7fffff20 && SERIAL_TX_WAITING_ON_BREAK == 0x20);

static PDEVICE_OBJECT control;

static NTSTATUS transfer(PDEVICE_OBJECT port, ULONG function, PVOID buffer, ULONG bytes, PULONG_PTR done) {
    KEVENT event;
    IO_STATUS_BLOCK outcome = {0};
    LARGE_INTEGER nowhere = {0};
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    PIRP irp = IoBuildSynchronousFsdRequest(function, port, buffer, bytes, &nowhere, &event, &outcome);
    if (irp == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS status = IoCallDriver(port, irp);
    if (status == STATUS_PENDING) {
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
        status = outcome.Status;
    }
    *done = outcome.Information;
    return status;
}

static NTSTATUS talk(PVOID buffer, ULONG in_bytes, ULONG room, PULONG_PTR done) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Serial0");
    PFILE_OBJECT file;
    PDEVICE_OBJECT port;
    NTSTATUS status = IoGetDeviceObjectPointer(&name, FILE_READ_DATA | FILE_WRITE_DATA, &file, &port);
    if (!NT_SUCCESS(status)) return status;
    status = transfer(port, IRP_MJ_WRITE, buffer, in_bytes, done);
    if (NT_SUCCESS(status)) status = transfer(port, IRP_MJ_READ, buffer, room, done);
    ObDereferenceObject(file);
    return status;
}

static NTSTATUS look_up(PVOID buffer, ULONG room, PULONG_PTR done) {
    UNICODE_STRING value = {0, 0, NULL};
    RTL_QUERY_REGISTRY_TABLE table[2] = {{0}};
    table[0].Flags = RTL_QUERY_REGISTRY_DIRECT | RTL_QUERY_REGISTRY_REQUIRED;
    table[0].Name = L"\\Device\\Serial0";
    table[0].EntryContext = &value;
    NTSTATUS status = RtlQueryRegistryValues(RTL_REGISTRY_DEVICEMAP, L"SERIALCOMM", table, NULL, NULL);
    if (!NT_SUCCESS(status)) return status;
    if (value.Length <= room) RtlCopyMemory(buffer, value.Buffer, *done = value.Length);
    RtlFreeUnicodeString(&value);
    return status;
}

static NTSTATUS NTAPI on_control(PDEVICE_OBJECT device, PIRP irp) {
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    ULONG_PTR done = 0;
    NTSTATUS status = STATUS_INVALID_DEVICE_REQUEST;
    PVOID buffer = irp->AssociatedIrp.SystemBuffer;
    ULONG room = location->Parameters.DeviceIoControl.OutputBufferLength;
    switch (location->Parameters.DeviceIoControl.IoControlCode) {
        case 0x222000: status = talk(buffer, location->Parameters.DeviceIoControl.InputBufferLength, room, &done); break;
        case 0x222004: status = look_up(buffer, room, &done); break;
    }
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = NT_SUCCESS(status) ? done : 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    (void)device;
    return status;
}

static NTSTATUS NTAPI on_open_or_close(PDEVICE_OBJECT device, PIRP irp) {
    irp->IoStatus.Status = STATUS_SUCCESS;
    irp->IoStatus.Information = 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    (void)device;
    return STATUS_SUCCESS;
}

static VOID NTAPI on_unload(PDRIVER_OBJECT driver) {
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\??\\SerialClient");
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(control);
    (void)driver;
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\SerialClient"), link = RTL_CONSTANT_STRING(L"\\??\\SerialClient");
    driver->DriverUnload = on_unload;
    driver->MajorFunction[IRP_MJ_CREATE] = driver->MajorFunction[IRP_MJ_CLEANUP] = driver->MajorFunction[IRP_MJ_CLOSE] = on_open_or_close;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = on_control;
    NTSTATUS status = IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &control);
    if (NT_SUCCESS(status)) status = IoCreateSymbolicLink(&link, &name);
    (void)path;
    return status;
}

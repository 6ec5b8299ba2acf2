/* SPDX-License-Identifier: GPL-2.0-only */
/* pcitest.sys: the smallest WDM function driver with hardware behind it: QEMU's pci-testdev, whose
 * registers count the writes that they see (docs/specs/pci-testdev in QEMU's tree). One memory range, no
 * interrupt.
 *
 *   0x222000  ULONG test, ULONG writes -> ULONG counted, CHAR name[64]   STATUS_NO_MORE_ENTRIES: no such test
 *   0x222004  -> the first 64 bytes of configuration space, through BUS_INTERFACE_STANDARD
 *
 * The device is \\.\PciTest. */
#include <initguid.h>
#include <ntddk.h>
#include <wdmguid.h>

#define NAME_BYTES 64

/* What lies at the beginning of the range: the test that is chosen. */
typedef struct {
    UCHAR Test;      /* written: chooses one */
    UCHAR Width;     /* of the write that counts, 1, 2 or 4 */
    UCHAR Pad[2];
    ULONG Offset;    /* where */
    UCHAR Data;      /* what */
    UCHAR Pad2[3];
    ULONG Count;
    CHAR Name[1];
} HEADER;

typedef struct {
    PDEVICE_OBJECT Self, Pdo, Lower;
    IO_REMOVE_LOCK RemoveLock;
    PUCHAR Registers;
    ULONG RegisterBytes;
} EXTENSION;

static NTSTATUS Complete(PIRP irp, NTSTATUS status, ULONG_PTR information) {
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = information;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static UCHAR ReadByte(EXTENSION* x, ULONG offset) { return READ_REGISTER_UCHAR(x->Registers + offset); }
static ULONG ReadLong(EXTENSION* x, ULONG offset) { return READ_REGISTER_ULONG((PULONG)(x->Registers + offset)); }

static NTSTATUS RunTest(EXTENSION* x, ULONG test, ULONG writes, PUCHAR out) {
    ULONG i, offset, before;
    UCHAR width, data;
    WRITE_REGISTER_UCHAR(x->Registers, (UCHAR)test);
    if (ReadByte(x, FIELD_OFFSET(HEADER, Name)) == 0) return STATUS_NO_MORE_ENTRIES;
    width = ReadByte(x, FIELD_OFFSET(HEADER, Width));
    offset = ReadLong(x, FIELD_OFFSET(HEADER, Offset));
    data = ReadByte(x, FIELD_OFFSET(HEADER, Data));
    before = ReadLong(x, FIELD_OFFSET(HEADER, Count));
    if (offset > x->RegisterBytes - sizeof(ULONG)) return STATUS_DEVICE_DATA_ERROR;
    for (i = 0; i < writes; ++i) {
        PUCHAR at = x->Registers + offset;
        if (width == 4) WRITE_REGISTER_ULONG((PULONG)at, data);
        else if (width == 2) WRITE_REGISTER_USHORT((PUSHORT)at, data);
        else WRITE_REGISTER_UCHAR(at, data);
    }
    *(PULONG)out = ReadLong(x, FIELD_OFFSET(HEADER, Count)) - before;
    RtlZeroMemory(out + 4, NAME_BYTES);
    for (i = 0; i < NAME_BYTES - 1; ++i) {
        out[4 + i] = ReadByte(x, FIELD_OFFSET(HEADER, Name) + i);
        if (out[4 + i] == 0) break;
    }
    return STATUS_SUCCESS;
}

/* Configuration space the way a driver of today reads it: by the interface of its bus driver. */
static NTSTATUS ReadConfig(EXTENSION* x, PVOID out, ULONG bytes) {
    BUS_INTERFACE_STANDARD bus;
    KEVENT event;
    IO_STATUS_BLOCK status_block;
    PIO_STACK_LOCATION next;
    PIRP irp;
    NTSTATUS status;
    ULONG read;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    irp = IoBuildSynchronousFsdRequest(IRP_MJ_PNP, x->Lower, NULL, 0, NULL, &event, &status_block);
    if (irp == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    next = IoGetNextIrpStackLocation(irp);
    next->MinorFunction = IRP_MN_QUERY_INTERFACE;
    next->Parameters.QueryInterface.InterfaceType = &GUID_BUS_INTERFACE_STANDARD;
    next->Parameters.QueryInterface.Size = sizeof(bus);
    next->Parameters.QueryInterface.Version = 1;
    next->Parameters.QueryInterface.Interface = (PINTERFACE)&bus;
    next->Parameters.QueryInterface.InterfaceSpecificData = NULL;
    status = IoCallDriver(x->Lower, irp);
    if (status == STATUS_PENDING) {
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
        status = status_block.Status;
    }
    if (!NT_SUCCESS(status)) return status;
    read = bus.GetBusData(bus.Context, PCI_WHICHSPACE_CONFIG, out, 0, bytes);
    bus.InterfaceDereference(bus.Context);
    return read == bytes ? STATUS_SUCCESS : STATUS_DEVICE_DATA_ERROR;
}

static NTSTATUS NTAPI OnControl(PDEVICE_OBJECT device, PIRP irp) {
    EXTENSION* x = device->DeviceExtension;
    PIO_STACK_LOCATION at = IoGetCurrentIrpStackLocation(irp);
    ULONG in = at->Parameters.DeviceIoControl.InputBufferLength, out = at->Parameters.DeviceIoControl.OutputBufferLength;
    PULONG data = irp->AssociatedIrp.SystemBuffer;
    ULONG_PTR bytes = 0;
    NTSTATUS status = IoAcquireRemoveLock(&x->RemoveLock, irp);
    if (!NT_SUCCESS(status)) return Complete(irp, status, 0);
    if (x->Registers == NULL) {
        status = STATUS_DEVICE_NOT_READY;
    } else if (at->Parameters.DeviceIoControl.IoControlCode == 0x222000) {
        bytes = 4 + NAME_BYTES;
        status = in < 8 || out < bytes ? STATUS_BUFFER_TOO_SMALL : RunTest(x, data[0], data[1], (PUCHAR)data);
    } else if (at->Parameters.DeviceIoControl.IoControlCode == 0x222004) {
        bytes = 64;
        status = out < bytes ? STATUS_BUFFER_TOO_SMALL : ReadConfig(x, data, (ULONG)bytes);
    } else {
        status = STATUS_INVALID_DEVICE_REQUEST;
    }
    Complete(irp, status, NT_SUCCESS(status) ? bytes : 0);
    IoReleaseRemoveLock(&x->RemoveLock, irp);
    return status;
}

static NTSTATUS NTAPI OnCreateClose(PDEVICE_OBJECT device, PIRP irp) {
    UNREFERENCED_PARAMETER(device);
    return Complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS Start(EXTENSION* x, PIRP irp) {
    PIO_STACK_LOCATION at = IoGetCurrentIrpStackLocation(irp);
    PCM_RESOURCE_LIST translated = at->Parameters.StartDevice.AllocatedResourcesTranslated;
    ULONG i;
    if (!IoForwardIrpSynchronously(x->Lower, irp)) return Complete(irp, STATUS_UNSUCCESSFUL, 0);
    if (!NT_SUCCESS(irp->IoStatus.Status)) return Complete(irp, irp->IoStatus.Status, 0);
    if (translated == NULL) return Complete(irp, STATUS_DEVICE_CONFIGURATION_ERROR, 0);
    for (i = 0; i < translated->List[0].PartialResourceList.Count; ++i) {
        PCM_PARTIAL_RESOURCE_DESCRIPTOR d = &translated->List[0].PartialResourceList.PartialDescriptors[i];
        if (d->Type != CmResourceTypeMemory) continue;
        x->RegisterBytes = d->u.Memory.Length;
        x->Registers = MmMapIoSpace(d->u.Memory.Start, d->u.Memory.Length, MmNonCached);
        break;
    }
    return Complete(irp, x->Registers != NULL ? STATUS_SUCCESS : STATUS_DEVICE_CONFIGURATION_ERROR, 0);
}

static void Stop(EXTENSION* x) {
    if (x->Registers != NULL) MmUnmapIoSpace(x->Registers, x->RegisterBytes);
    x->Registers = NULL;
}

static NTSTATUS Remove(EXTENSION* x, PIRP irp) {
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\PciTest");
    NTSTATUS status;
    IoReleaseRemoveLockAndWait(&x->RemoveLock, irp);
    Stop(x);
    irp->IoStatus.Status = STATUS_SUCCESS;
    IoSkipCurrentIrpStackLocation(irp);
    status = IoCallDriver(x->Lower, irp);
    IoDeleteSymbolicLink(&link);
    IoDetachDevice(x->Lower);
    IoDeleteDevice(x->Self);
    return status;
}

static NTSTATUS NTAPI OnPnp(PDEVICE_OBJECT device, PIRP irp) {
    EXTENSION* x = device->DeviceExtension;
    NTSTATUS status = IoAcquireRemoveLock(&x->RemoveLock, irp);
    if (!NT_SUCCESS(status)) return Complete(irp, status, 0);
    switch (IoGetCurrentIrpStackLocation(irp)->MinorFunction) {
        case IRP_MN_START_DEVICE:
            status = Start(x, irp);
            IoReleaseRemoveLock(&x->RemoveLock, irp);
            return status;
        case IRP_MN_REMOVE_DEVICE: return Remove(x, irp);
        case IRP_MN_STOP_DEVICE:
        case IRP_MN_SURPRISE_REMOVAL: Stop(x); /* fall through */
        case IRP_MN_QUERY_STOP_DEVICE:
        case IRP_MN_CANCEL_STOP_DEVICE:
        case IRP_MN_QUERY_REMOVE_DEVICE:
        case IRP_MN_CANCEL_REMOVE_DEVICE: irp->IoStatus.Status = STATUS_SUCCESS; break;
    }
    IoSkipCurrentIrpStackLocation(irp);
    status = IoCallDriver(x->Lower, irp);
    IoReleaseRemoveLock(&x->RemoveLock, irp);
    return status;
}

static NTSTATUS NTAPI OnPower(PDEVICE_OBJECT device, PIRP irp) {
    PoStartNextPowerIrp(irp);
    IoSkipCurrentIrpStackLocation(irp);
    return PoCallDriver(((EXTENSION*)device->DeviceExtension)->Lower, irp);
}

static NTSTATUS NTAPI OnSystemControl(PDEVICE_OBJECT device, PIRP irp) {
    IoSkipCurrentIrpStackLocation(irp);
    return IoCallDriver(((EXTENSION*)device->DeviceExtension)->Lower, irp);
}

static NTSTATUS NTAPI AddDevice(PDRIVER_OBJECT driver, PDEVICE_OBJECT pdo) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\PciTest"), link = RTL_CONSTANT_STRING(L"\\DosDevices\\PciTest");
    PDEVICE_OBJECT device;
    EXTENSION* x;
    NTSTATUS status = IoCreateDevice(driver, sizeof(EXTENSION), &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    if (!NT_SUCCESS(status)) return status;
    x = device->DeviceExtension;
    x->Self = device;
    x->Pdo = pdo;
    IoInitializeRemoveLock(&x->RemoveLock, 'tcPs', 0, 0);
    x->Lower = IoAttachDeviceToDeviceStack(device, pdo);
    if (x->Lower == NULL) {
        IoDeleteDevice(device);
        return STATUS_NO_SUCH_DEVICE;
    }
    IoCreateSymbolicLink(&link, &name);
    device->Flags |= DO_POWER_PAGABLE | DO_BUFFERED_IO;
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

static VOID NTAPI Unload(PDRIVER_OBJECT driver) { UNREFERENCED_PARAMETER(driver); }

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    UNREFERENCED_PARAMETER(path);
    driver->DriverExtension->AddDevice = AddDevice;
    driver->DriverUnload = Unload;
    driver->MajorFunction[IRP_MJ_CREATE] = OnCreateClose;
    driver->MajorFunction[IRP_MJ_CLOSE] = OnCreateClose;
    driver->MajorFunction[IRP_MJ_CLEANUP] = OnCreateClose;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = OnControl;
    driver->MajorFunction[IRP_MJ_PNP] = OnPnp;
    driver->MajorFunction[IRP_MJ_POWER] = OnPower;
    driver->MajorFunction[IRP_MJ_SYSTEM_CONTROL] = OnSystemControl;
    return STATUS_SUCCESS;
}

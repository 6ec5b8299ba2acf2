/* SPDX-License-Identifier: GPL-2.0-only */
/* edu.sys: a WDM function driver for QEMU's teaching device (docs/specs/edu in QEMU's tree). Shows what
 * a driver of hardware is made of: AddDevice, resources from IRP_MN_START_DEVICE, registers, an interrupt
 * (its line, or a message if the INF asks for it: edu_msi.inf), DMA through an adapter, power IRPs.
 *
 *   0x222000  -> ULONG identification, ULONG liveness check (0xFFFFFFFF: good)
 *   0x222004  ULONG n -> ULONG n!            computed by the device, which interrupts when it is done
 *   0x222008  up to 4095 bytes -> the same   to the device's buffer and back by DMA
 *   0x22200C  -> ULONG messages (0: line), ULONG interrupts so far, ULONG errors
 *
 * The device is opened by its interface, \??\PCI#...#{6f9c7b0e-4d0c-4c5b-9d5e-2b7c2d6a1e01}, or as \\.\Edu, a second
 * one as \\.\Edu1 and so on. */
#include <ntddk.h>

#define TAG 'udEs'
#define REG_ID 0x00
#define REG_LIVE 0x04
#define REG_FACTORIAL 0x08
#define REG_STATUS 0x20
#define REG_IRQ_STATUS 0x24
#define REG_IRQ_ACK 0x64
#define REG_DMA_SOURCE 0x80
#define REG_DMA_TARGET 0x88
#define REG_DMA_COUNT 0x90
#define REG_DMA_COMMAND 0x98
#define STATUS_BUSY 0x01
#define STATUS_IRQ_WHEN_DONE 0x80
#define DMA_START 0x01
#define DMA_FROM_DEVICE 0x02
#define DMA_IRQ_WHEN_DONE 0x04
#define IRQ_FACTORIAL 0x001
#define IRQ_DMA 0x100
#define DEVICE_BUFFER 0x40000
#define BUFFER_BYTES 4096
#define TRANSFER_BYTES 4095 /* the device checks its ranges one byte too strictly, and QEMU ends then */
#define TIMEOUT_MS 5000

static const GUID InterfaceClass = {
    0x6f9c7b0e, 0x4d0c, 0x4c5b, {0x9d, 0x5e, 0x2b, 0x7c, 0x2d, 0x6a, 0x1e, 0x01}};

typedef struct {
    PDEVICE_OBJECT Self, Pdo, Lower;
    IO_REMOVE_LOCK RemoveLock;
    UNICODE_STRING Interface;
    WCHAR Suffix[2]; /* of its name */
    PUCHAR Registers;
    ULONG RegisterBytes;
    IO_CONNECT_INTERRUPT_PARAMETERS Connected; /* Version 0: not */
    PIO_INTERRUPT_MESSAGE_INFO Messages;
    PKINTERRUPT Line;
    PDMA_ADAPTER Adapter;
    PVOID Buffer; /* what the device reads and writes */
    PHYSICAL_ADDRESS BufferAddress;
    KDPC Dpc;
    KEVENT Done;
    FAST_MUTEX Use; /* one calculation or transfer at a time */
    volatile LONG Interrupts, Errors;
    volatile LONG Causes; /* of interrupts that the DPC has not seen */
    BOOLEAN Started;
} EXTENSION;

static ULONG Read(EXTENSION* x, ULONG reg) {
    return READ_REGISTER_ULONG((PULONG)(x->Registers + reg));
}
static void Write(EXTENSION* x, ULONG reg, ULONG value) {
    WRITE_REGISTER_ULONG((PULONG)(x->Registers + reg), value);
}

static NTSTATUS Complete(PIRP irp, NTSTATUS status, ULONG_PTR information) {
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = information;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

/* ---- Interrupts */

static BOOLEAN NTAPI Service(PKINTERRUPT interrupt, PVOID context) {
    EXTENSION* x = context;
    ULONG cause = Read(x, REG_IRQ_STATUS);
    UNREFERENCED_PARAMETER(interrupt);
    if (cause == 0) return FALSE; /* somebody else's, on a shared line */
    Write(x, REG_IRQ_ACK, cause);
    InterlockedOr(&x->Causes, (LONG)cause);
    InterlockedIncrement(&x->Interrupts);
    KeInsertQueueDpc(&x->Dpc, NULL, NULL);
    return TRUE;
}

static BOOLEAN NTAPI ServiceMessage(PKINTERRUPT interrupt, PVOID context, ULONG message) {
    UNREFERENCED_PARAMETER(message);
    return Service(interrupt, context);
}

static VOID NTAPI AfterInterrupt(PKDPC dpc, PVOID context, PVOID a, PVOID b) {
    EXTENSION* x = context;
    UNREFERENCED_PARAMETER(dpc);
    UNREFERENCED_PARAMETER(a);
    UNREFERENCED_PARAMETER(b);
    if (InterlockedExchange(&x->Causes, 0) != 0) KeSetEvent(&x->Done, IO_NO_INCREMENT, FALSE);
}

static NTSTATUS Connect(EXTENSION* x) {
    NTSTATUS status;
    IO_CONNECT_INTERRUPT_PARAMETERS p;
    RtlZeroMemory(&p, sizeof(p));
    p.Version = CONNECT_MESSAGE_BASED;
    p.MessageBased.PhysicalDeviceObject = x->Pdo;
    p.MessageBased.ConnectionContext.InterruptMessageTable = &x->Messages;
    p.MessageBased.MessageServiceRoutine = ServiceMessage;
    p.MessageBased.ServiceContext = x;
    p.MessageBased.FallBackServiceRoutine = Service;
    status = IoConnectInterruptEx(&p);
    if (!NT_SUCCESS(status)) return status;
    x->Connected = p; /* Version says which of the two it became */
    if (p.Version != CONNECT_MESSAGE_BASED) {
        x->Line = (PKINTERRUPT)x->Messages;
        x->Messages = NULL;
    }
    return status;
}

static void Disconnect(EXTENSION* x) {
    IO_DISCONNECT_INTERRUPT_PARAMETERS p;
    if (x->Connected.Version == 0) return;
    p.Version = x->Connected.Version;
    if (x->Messages != NULL) p.ConnectionContext.InterruptMessageTable = x->Messages;
    else p.ConnectionContext.InterruptObject = x->Line;
    IoDisconnectInterruptEx(&p);
    x->Connected.Version = 0;
    x->Messages = NULL;
    x->Line = NULL;
    KeFlushQueuedDpcs();
}

/* Waits for the interrupt that ends what was begun. */
static NTSTATUS WaitForDevice(EXTENSION* x) {
    LARGE_INTEGER timeout;
    timeout.QuadPart = -10000LL * TIMEOUT_MS;
    if (KeWaitForSingleObject(&x->Done, Executive, KernelMode, FALSE, &timeout) == STATUS_SUCCESS) return STATUS_SUCCESS;
    InterlockedIncrement(&x->Errors);
    return STATUS_IO_TIMEOUT;
}

/* ---- What the device can do */

static NTSTATUS Factorial(EXTENSION* x, ULONG n, PULONG result) {
    NTSTATUS status;
    KeClearEvent(&x->Done);
    Write(x, REG_STATUS, STATUS_IRQ_WHEN_DONE);
    Write(x, REG_FACTORIAL, n);
    status = WaitForDevice(x);
    if (NT_SUCCESS(status)) *result = Read(x, REG_FACTORIAL);
    return status;
}

static NTSTATUS Transfer(EXTENSION* x, ULONG64 source, ULONG64 target, ULONG bytes, ULONG direction) {
    KeClearEvent(&x->Done);
    /* Addresses below 4 GB, as the adapter was made for: a write of the lower half sets all of it. */
    Write(x, REG_DMA_SOURCE, (ULONG)source);
    Write(x, REG_DMA_TARGET, (ULONG)target);
    Write(x, REG_DMA_COUNT, (ULONG)bytes);
    Write(x, REG_DMA_COMMAND, DMA_START | DMA_IRQ_WHEN_DONE | direction);
    return WaitForDevice(x);
}

static NTSTATUS RoundTrip(EXTENSION* x, PVOID data, ULONG bytes) {
    NTSTATUS status;
    RtlCopyMemory(x->Buffer, data, bytes);
    status = Transfer(x, (ULONG64)x->BufferAddress.QuadPart, DEVICE_BUFFER, bytes, 0);
    if (!NT_SUCCESS(status)) return status;
    RtlZeroMemory(x->Buffer, bytes);
    status = Transfer(x, DEVICE_BUFFER, (ULONG64)x->BufferAddress.QuadPart, bytes, DMA_FROM_DEVICE);
    if (NT_SUCCESS(status)) RtlCopyMemory(data, x->Buffer, bytes);
    return status;
}

static NTSTATUS Control(EXTENSION* x, PIO_STACK_LOCATION at, PULONG data, PULONG_PTR bytes) {
    ULONG in = at->Parameters.DeviceIoControl.InputBufferLength;
    ULONG out = at->Parameters.DeviceIoControl.OutputBufferLength;
    switch (at->Parameters.DeviceIoControl.IoControlCode) {
        case 0x222000:
            if (out < 8) return STATUS_BUFFER_TOO_SMALL;
            data[0] = Read(x, REG_ID);
            Write(x, REG_LIVE, 0x12345678);
            data[1] = Read(x, REG_LIVE) ^ 0x12345678;
            *bytes = 8;
            return STATUS_SUCCESS;
        case 0x222004:
            if (in < 4 || out < 4) return STATUS_BUFFER_TOO_SMALL;
            *bytes = 4;
            return Factorial(x, data[0], data);
        case 0x222008:
            if (in == 0 || in > TRANSFER_BYTES || out < in) return STATUS_INVALID_BUFFER_SIZE;
            *bytes = in;
            return RoundTrip(x, data, in);
        case 0x22200C:
            if (out < 12) return STATUS_BUFFER_TOO_SMALL;
            data[0] = x->Messages != NULL ? x->Messages->MessageCount : 0;
            data[1] = (ULONG)x->Interrupts;
            data[2] = (ULONG)x->Errors;
            *bytes = 12;
            return STATUS_SUCCESS;
        default:
            return STATUS_INVALID_DEVICE_REQUEST;
    }
}

static NTSTATUS NTAPI OnControl(PDEVICE_OBJECT device, PIRP irp) {
    EXTENSION* x = device->DeviceExtension;
    ULONG_PTR bytes = 0;
    NTSTATUS status = IoAcquireRemoveLock(&x->RemoveLock, irp);
    if (!NT_SUCCESS(status)) return Complete(irp, status, 0);
    if (x->Started) {
        ExAcquireFastMutex(&x->Use);
        status = Control(x, IoGetCurrentIrpStackLocation(irp), irp->AssociatedIrp.SystemBuffer, &bytes);
        ExReleaseFastMutex(&x->Use);
    } else {
        status = STATUS_DEVICE_NOT_READY;
    }
    Complete(irp, status, NT_SUCCESS(status) ? bytes : 0);
    IoReleaseRemoveLock(&x->RemoveLock, irp);
    return status;
}

static NTSTATUS NTAPI OnCreateClose(PDEVICE_OBJECT device, PIRP irp) {
    UNREFERENCED_PARAMETER(device);
    return Complete(irp, STATUS_SUCCESS, 0);
}

/* ---- Plug and play */

static NTSTATUS NTAPI WakeUp(PDEVICE_OBJECT device, PIRP irp, PVOID event) {
    UNREFERENCED_PARAMETER(device);
    if (irp->PendingReturned) KeSetEvent(event, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/* The bus driver first: it turns the device's decoders on. */
static NTSTATUS PassDownAndWait(EXTENSION* x, PIRP irp) {
    KEVENT event;
    NTSTATUS status;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    IoCopyCurrentIrpStackLocationToNext(irp);
    IoSetCompletionRoutine(irp, WakeUp, &event, TRUE, TRUE, TRUE);
    status = IoCallDriver(x->Lower, irp);
    if (status == STATUS_PENDING) {
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
        status = irp->IoStatus.Status;
    }
    return status;
}

static NTSTATUS MapRegisters(EXTENSION* x, PCM_RESOURCE_LIST translated) {
    PCM_PARTIAL_RESOURCE_LIST list;
    ULONG i;
    if (translated == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    list = &translated->List[0].PartialResourceList;
    for (i = 0; i < list->Count; ++i) {
        PCM_PARTIAL_RESOURCE_DESCRIPTOR d = &list->PartialDescriptors[i];
        if (d->Type != CmResourceTypeMemory) continue;
        x->RegisterBytes = d->u.Memory.Length;
        x->Registers = MmMapIoSpace(d->u.Memory.Start, d->u.Memory.Length, MmNonCached);
        return x->Registers != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
    }
    return STATUS_DEVICE_CONFIGURATION_ERROR;
}

static NTSTATUS MakeAdapter(EXTENSION* x) {
    DEVICE_DESCRIPTION d;
    ULONG registers;
    RtlZeroMemory(&d, sizeof(d));
    d.Version = DEVICE_DESCRIPTION_VERSION;
    d.Master = TRUE;
    d.ScatterGather = FALSE;
    d.Dma32BitAddresses = TRUE;
    d.InterfaceType = PCIBus;
    d.MaximumLength = BUFFER_BYTES;
    x->Adapter = IoGetDmaAdapter(x->Pdo, &d, &registers);
    if (x->Adapter == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    x->Buffer = x->Adapter->DmaOperations->AllocateCommonBuffer(x->Adapter, BUFFER_BYTES, &x->BufferAddress, TRUE);
    return x->Buffer != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

static void Stop(EXTENSION* x) {
    x->Started = FALSE;
    Disconnect(x);
    if (x->Buffer != NULL) {
        x->Adapter->DmaOperations->FreeCommonBuffer(x->Adapter, BUFFER_BYTES, x->BufferAddress, x->Buffer, TRUE);
        x->Buffer = NULL;
    }
    if (x->Adapter != NULL) x->Adapter->DmaOperations->PutDmaAdapter(x->Adapter);
    x->Adapter = NULL;
    if (x->Registers != NULL) MmUnmapIoSpace(x->Registers, x->RegisterBytes);
    x->Registers = NULL;
}

static NTSTATUS Start(EXTENSION* x, PIRP irp) {
    PIO_STACK_LOCATION at = IoGetCurrentIrpStackLocation(irp);
    POWER_STATE power;
    NTSTATUS status = PassDownAndWait(x, irp);
    if (NT_SUCCESS(status)) status = MapRegisters(x, at->Parameters.StartDevice.AllocatedResourcesTranslated);
    if (NT_SUCCESS(status) && (Read(x, REG_ID) & 0xFF) != 0xED) status = STATUS_NO_SUCH_DEVICE;
    if (NT_SUCCESS(status)) status = MakeAdapter(x);
    if (NT_SUCCESS(status)) status = Connect(x);
    if (!NT_SUCCESS(status)) {
        Stop(x);
        return Complete(irp, status, 0);
    }
    power.DeviceState = PowerDeviceD0;
    PoSetPowerState(x->Self, DevicePowerState, power);
    x->Started = TRUE;
    IoSetDeviceInterfaceState(&x->Interface, TRUE);
    DbgPrint("edu: started, %s\n", x->Messages != NULL ? "messages" : "line");
    return Complete(irp, STATUS_SUCCESS, 0);
}

static void MakeName(UNICODE_STRING* name, WCHAR* buffer, USHORT bytes, PCWSTR start, PCWSTR suffix) {
    name->Length = 0;
    name->MaximumLength = bytes;
    name->Buffer = buffer;
    RtlAppendUnicodeToString(name, start);
    RtlAppendUnicodeToString(name, suffix);
}

static NTSTATUS Remove(EXTENSION* x, PIRP irp) {
    WCHAR buffer[32];
    UNICODE_STRING link;
    NTSTATUS status;
    IoReleaseRemoveLockAndWait(&x->RemoveLock, irp);
    IoSetDeviceInterfaceState(&x->Interface, FALSE);
    Stop(x);
    irp->IoStatus.Status = STATUS_SUCCESS;
    IoSkipCurrentIrpStackLocation(irp);
    status = IoCallDriver(x->Lower, irp);
    MakeName(&link, buffer, sizeof(buffer), L"\\DosDevices\\Edu", x->Suffix);
    IoDeleteSymbolicLink(&link);
    RtlFreeUnicodeString(&x->Interface);
    IoDetachDevice(x->Lower);
    IoDeleteDevice(x->Self);
    return status;
}

static NTSTATUS NTAPI OnPnp(PDEVICE_OBJECT device, PIRP irp) {
    EXTENSION* x = device->DeviceExtension;
    UCHAR minor = IoGetCurrentIrpStackLocation(irp)->MinorFunction;
    NTSTATUS status = IoAcquireRemoveLock(&x->RemoveLock, irp);
    if (!NT_SUCCESS(status)) return Complete(irp, status, 0);
    switch (minor) {
        case IRP_MN_START_DEVICE:
            status = Start(x, irp);
            IoReleaseRemoveLock(&x->RemoveLock, irp);
            return status;
        case IRP_MN_REMOVE_DEVICE:
            return Remove(x, irp);
        case IRP_MN_STOP_DEVICE:
            Stop(x);
            irp->IoStatus.Status = STATUS_SUCCESS;
            break;
        case IRP_MN_SURPRISE_REMOVAL:
            x->Started = FALSE; /* its registers are not there any more */
            irp->IoStatus.Status = STATUS_SUCCESS;
            break;
        case IRP_MN_QUERY_STOP_DEVICE:
        case IRP_MN_CANCEL_STOP_DEVICE:
        case IRP_MN_QUERY_REMOVE_DEVICE:
        case IRP_MN_CANCEL_REMOVE_DEVICE:
            irp->IoStatus.Status = STATUS_SUCCESS;
            break;
    }
    IoSkipCurrentIrpStackLocation(irp);
    status = IoCallDriver(x->Lower, irp);
    IoReleaseRemoveLock(&x->RemoveLock, irp);
    return status;
}

static NTSTATUS NTAPI OnPower(PDEVICE_OBJECT device, PIRP irp) {
    EXTENSION* x = device->DeviceExtension;
    PoStartNextPowerIrp(irp);
    IoSkipCurrentIrpStackLocation(irp);
    return PoCallDriver(x->Lower, irp);
}

static NTSTATUS NTAPI OnSystemControl(PDEVICE_OBJECT device, PIRP irp) {
    EXTENSION* x = device->DeviceExtension;
    IoSkipCurrentIrpStackLocation(irp);
    return IoCallDriver(x->Lower, irp);
}

/* The first is Edu, the next that is free Edu1, ... */
static NTSTATUS MakeDevice(PDRIVER_OBJECT driver, PDEVICE_OBJECT* device, WCHAR* suffix) {
    WCHAR buffer[32];
    NTSTATUS status = STATUS_OBJECT_NAME_COLLISION;
    for (suffix[0] = 0; status == STATUS_OBJECT_NAME_COLLISION && suffix[0] <= L'9'; suffix[0] = suffix[0] == 0 ? L'1' : suffix[0] + 1) {
        UNICODE_STRING name;
        MakeName(&name, buffer, sizeof(buffer), L"\\Device\\Edu", suffix);
        status = IoCreateDevice(driver, sizeof(EXTENSION), &name, FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN, FALSE, device);
        if (NT_SUCCESS(status)) break;
    }
    return status;
}

static NTSTATUS NTAPI AddDevice(PDRIVER_OBJECT driver, PDEVICE_OBJECT pdo) {
    WCHAR suffix[2] = {0, 0}, names[2][32];
    UNICODE_STRING name, link;
    PDEVICE_OBJECT device;
    EXTENSION* x;
    NTSTATUS status = MakeDevice(driver, &device, suffix);
    if (!NT_SUCCESS(status)) return status;
    x = device->DeviceExtension;
    x->Suffix[0] = suffix[0];
    x->Self = device;
    x->Pdo = pdo;
    IoInitializeRemoveLock(&x->RemoveLock, TAG, 0, 0);
    KeInitializeDpc(&x->Dpc, AfterInterrupt, x);
    KeInitializeEvent(&x->Done, SynchronizationEvent, FALSE);
    ExInitializeFastMutex(&x->Use);
    status = IoRegisterDeviceInterface(pdo, &InterfaceClass, NULL, &x->Interface);
    if (NT_SUCCESS(status)) {
        x->Lower = IoAttachDeviceToDeviceStack(device, pdo);
        if (x->Lower == NULL) {
            RtlFreeUnicodeString(&x->Interface);
            status = STATUS_NO_SUCH_DEVICE;
        }
    }
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
        return status;
    }
    MakeName(&name, names[0], sizeof(names[0]), L"\\Device\\Edu", x->Suffix);
    MakeName(&link, names[1], sizeof(names[1]), L"\\DosDevices\\Edu", x->Suffix);
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

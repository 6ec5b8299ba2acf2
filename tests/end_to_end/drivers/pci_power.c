/* SPDX-License-Identifier: GPL-2.0-only */
/* pci_power.sys: a function driver of QEMU's network adapters e1000e and e1000 that does nothing
 * but move its device between power states and look at it.
 *
 *   0x222000  -> struct report
 *   0x222004  ULONG minor, ULONG device state -> NTSTATUS of the power IRP, sent to the top of the
 * stack 0x222008  ULONG offset -> ULONG of configuration space 0x22200C  ULONG offset, ULONG value,
 * ULONG bytes: writes configuration space 0x222010  ULONG offset -> ULONG register 0x222014  ULONG
 * offset, ULONG value: writes a register 0x222018  overwrites the MSI-X table, as a device that
 * forgets it would */
#include <ntddk.h>

#define REG_ICR         0xC0
#define REG_IMC         0xD8
#define MSIX_TABLE_BAR  3 /* the fourth memory range; the third in the list, as one is of ports */
#define MSIX_TABLE_SIZE (5 * 16)

struct report {
    ULONG d1, d2, state_in_sleep, d3_latency; /* capabilities */
    ULONG interrupts, message_count;
    ULONG device_state; /* as PoSetPowerState was told of the PDO's stack: the last that the bus
                           driver completed */
};

struct extension {
    PDEVICE_OBJECT self, pdo, lower;
    PUCHAR registers;
    ULONG register_bytes;
    PHYSICAL_ADDRESS table; /* of MSI-X */
    BUS_INTERFACE_STANDARD bus;
    IO_CONNECT_INTERRUPT_PARAMETERS connected; /* Version 0: not */
    PIO_INTERRUPT_MESSAGE_INFO messages;
    PKINTERRUPT line;
    DEVICE_CAPABILITIES capabilities;
    volatile LONG interrupts;
    ULONG device_state;
};

static NTSTATUS complete(PIRP irp, NTSTATUS status, ULONG_PTR information) {
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = information;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static NTSTATUS NTAPI wake_up(PDEVICE_OBJECT device, PIRP irp, PVOID event) {
    UNREFERENCED_PARAMETER(device);
    UNREFERENCED_PARAMETER(irp);
    KeSetEvent(event, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS send_down(struct extension* x, PIRP irp) {
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    IoSetCompletionRoutine(irp, wake_up, &event, TRUE, TRUE, TRUE);
    IoCallDriver(x->lower, irp);
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    return irp->IoStatus.Status;
}

/* A PnP request of our own: capabilities, the bus interface. */
static NTSTATUS ask(struct extension* x, UCHAR minor, PVOID what) {
    PIRP irp = IoAllocateIrp(x->lower->StackSize, FALSE);
    PIO_STACK_LOCATION at;
    NTSTATUS status;
    if (irp == NULL) return STATUS_INSUFFICIENT_RESOURCES;
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    at = IoGetNextIrpStackLocation(irp);
    at->MajorFunction = IRP_MJ_PNP;
    at->MinorFunction = minor;
    if (minor == IRP_MN_QUERY_CAPABILITIES) {
        at->Parameters.DeviceCapabilities.Capabilities = what;
    } else {
        static const GUID interface_class = {
            0x496b8280, 0x6f25, 0x11d0, {0xbe, 0xaf, 0x08, 0x00, 0x2b, 0xe2, 0x09, 0x2f}};
        at->Parameters.QueryInterface.InterfaceType = &interface_class;
        at->Parameters.QueryInterface.Size = sizeof(BUS_INTERFACE_STANDARD);
        at->Parameters.QueryInterface.Version = 1;
        at->Parameters.QueryInterface.Interface = what;
    }
    status = send_down(x, irp);
    IoFreeIrp(irp);
    return status;
}

/* ---- Interrupts */

static BOOLEAN NTAPI serve(PKINTERRUPT interrupt, PVOID context) {
    struct extension* x = context;
    UNREFERENCED_PARAMETER(interrupt);
    if (READ_REGISTER_ULONG((PULONG)(x->registers + REG_ICR)) == 0 && x->messages == NULL)
        return FALSE;
    WRITE_REGISTER_ULONG((PULONG)(x->registers + REG_IMC), ~0u);
    InterlockedIncrement(&x->interrupts);
    return TRUE;
}
static BOOLEAN NTAPI serve_message(PKINTERRUPT interrupt, PVOID context, ULONG message) {
    UNREFERENCED_PARAMETER(message);
    return serve(interrupt, context);
}

static NTSTATUS connect(struct extension* x) {
    IO_CONNECT_INTERRUPT_PARAMETERS p;
    NTSTATUS status;
    RtlZeroMemory(&p, sizeof(p));
    p.Version = CONNECT_MESSAGE_BASED;
    p.MessageBased.PhysicalDeviceObject = x->pdo;
    p.MessageBased.ConnectionContext.InterruptMessageTable = &x->messages;
    p.MessageBased.MessageServiceRoutine = serve_message;
    p.MessageBased.ServiceContext = x;
    p.MessageBased.FallBackServiceRoutine = serve;
    status = IoConnectInterruptEx(&p);
    if (!NT_SUCCESS(status)) return status;
    x->connected = p;
    if (p.Version != CONNECT_MESSAGE_BASED) {
        x->line = (PKINTERRUPT)x->messages;
        x->messages = NULL;
    }
    return status;
}

static VOID disconnect(struct extension* x) {
    IO_DISCONNECT_INTERRUPT_PARAMETERS p;
    if (x->connected.Version == 0) return;
    p.Version = x->connected.Version;
    if (x->messages != NULL)
        p.ConnectionContext.InterruptMessageTable = x->messages;
    else
        p.ConnectionContext.InterruptObject = x->line;
    IoDisconnectInterruptEx(&p);
    x->connected.Version = 0;
    x->messages = NULL;
}

/* ---- Requests of the test */

static VOID NTAPI power_done(PDEVICE_OBJECT device, UCHAR minor, POWER_STATE state, PVOID context,
                             PIO_STATUS_BLOCK io) {
    struct {
        KEVENT event;
        NTSTATUS status;
    }* outcome = context;
    UNREFERENCED_PARAMETER(device);
    UNREFERENCED_PARAMETER(minor);
    UNREFERENCED_PARAMETER(state);
    outcome->status = io->Status;
    KeSetEvent(&outcome->event, IO_NO_INCREMENT, FALSE);
}

static NTSTATUS set_power(struct extension* x, UCHAR minor, ULONG wanted) {
    struct {
        KEVENT event;
        NTSTATUS status;
    } outcome;
    POWER_STATE state;
    NTSTATUS status;
    state.DeviceState = (DEVICE_POWER_STATE)wanted;
    KeInitializeEvent(&outcome.event, NotificationEvent, FALSE);
    status = PoRequestPowerIrp(x->pdo, minor, state, power_done, &outcome, NULL);
    if (status != STATUS_PENDING) return status;
    KeWaitForSingleObject(&outcome.event, Executive, KernelMode, FALSE, NULL);
    return outcome.status;
}

static VOID overwrite_table(struct extension* x) {
    PULONG table = MmMapIoSpace(x->table, MSIX_TABLE_SIZE, MmNonCached);
    ULONG i;
    if (table == NULL) return;
    for (i = 0; i < MSIX_TABLE_SIZE / sizeof(ULONG); ++i)
        WRITE_REGISTER_ULONG(&table[i], i % 4 == 3 ? 1 : 0);
    MmUnmapIoSpace(table, MSIX_TABLE_SIZE);
}

static NTSTATUS control(struct extension* x, PIO_STACK_LOCATION at, PULONG data, PULONG_PTR bytes) {
    ULONG in = at->Parameters.DeviceIoControl.InputBufferLength,
          out = at->Parameters.DeviceIoControl.OutputBufferLength;
    switch (at->Parameters.DeviceIoControl.IoControlCode) {
        case 0x222000: {
            struct report report;
            if (out < sizeof(report)) return STATUS_BUFFER_TOO_SMALL;
            report.d1 = x->capabilities.DeviceD1;
            report.d2 = x->capabilities.DeviceD2;
            report.state_in_sleep = x->capabilities.DeviceState[PowerSystemSleeping3];
            report.d3_latency = x->capabilities.D3Latency;
            report.interrupts = (ULONG)x->interrupts;
            report.message_count = x->messages != NULL ? x->messages->MessageCount : 0;
            report.device_state = x->device_state;
            RtlCopyMemory(data, &report, sizeof(report));
            *bytes = sizeof(report);
            return STATUS_SUCCESS;
        }
        case 0x222004:
            if (in < 8 || out < 4) return STATUS_BUFFER_TOO_SMALL;
            data[0] = (ULONG)set_power(x, (UCHAR)data[0], data[1]);
            *bytes = 4;
            return STATUS_SUCCESS;
        case 0x222008:
            if (in < 4 || out < 4) return STATUS_BUFFER_TOO_SMALL;
            x->bus.GetBusData(x->bus.Context, PCI_WHICHSPACE_CONFIG, data, data[0], 4);
            *bytes = 4;
            return STATUS_SUCCESS;
        case 0x22200C:
            if (in < 12) return STATUS_BUFFER_TOO_SMALL;
            return x->bus.SetBusData(x->bus.Context, PCI_WHICHSPACE_CONFIG, &data[1], data[0],
                                     data[2]) == data[2]
                       ? STATUS_SUCCESS
                       : STATUS_UNSUCCESSFUL;
        case 0x222010:
            if (in < 4 || out < 4 || data[0] > x->register_bytes - 4)
                return STATUS_INVALID_PARAMETER;
            data[0] = READ_REGISTER_ULONG((PULONG)(x->registers + data[0]));
            *bytes = 4;
            return STATUS_SUCCESS;
        case 0x222014:
            if (in < 8 || data[0] > x->register_bytes - 4) return STATUS_INVALID_PARAMETER;
            WRITE_REGISTER_ULONG((PULONG)(x->registers + data[0]), data[1]);
            return STATUS_SUCCESS;
        case 0x222018:
            if (x->table.QuadPart == 0) return STATUS_NOT_SUPPORTED;
            overwrite_table(x);
            return STATUS_SUCCESS;
        default:
            return STATUS_INVALID_DEVICE_REQUEST;
    }
}

static NTSTATUS NTAPI on_control(PDEVICE_OBJECT device, PIRP irp) {
    struct extension* x = device->DeviceExtension;
    ULONG_PTR bytes = 0;
    NTSTATUS status = STATUS_DEVICE_NOT_READY;
    if (x->registers != NULL)
        status =
            control(x, IoGetCurrentIrpStackLocation(irp), irp->AssociatedIrp.SystemBuffer, &bytes);
    return complete(irp, status, NT_SUCCESS(status) ? bytes : 0);
}

static NTSTATUS NTAPI on_create_close(PDEVICE_OBJECT device, PIRP irp) {
    UNREFERENCED_PARAMETER(device);
    return complete(irp, STATUS_SUCCESS, 0);
}

/* ---- Plug and play, power */

static NTSTATUS map(struct extension* x, PCM_RESOURCE_LIST translated) {
    PCM_PARTIAL_RESOURCE_LIST list = &translated->List[0].PartialResourceList;
    ULONG i, memory = 0;
    for (i = 0; i < list->Count; ++i) {
        PCM_PARTIAL_RESOURCE_DESCRIPTOR d = &list->PartialDescriptors[i];
        if (d->Type != CmResourceTypeMemory) continue;
        if (memory == 0) {
            x->register_bytes = d->u.Memory.Length;
            x->registers = MmMapIoSpace(d->u.Memory.Start, d->u.Memory.Length, MmNonCached);
        }
        if (memory == MSIX_TABLE_BAR - 1) x->table = d->u.Memory.Start;
        ++memory;
    }
    return x->registers != NULL ? STATUS_SUCCESS : STATUS_DEVICE_CONFIGURATION_ERROR;
}

static VOID stop(struct extension* x) {
    disconnect(x);
    if (x->registers != NULL) MmUnmapIoSpace(x->registers, x->register_bytes);
    x->registers = NULL;
    x->table.QuadPart = 0;
    if (x->bus.InterfaceDereference != NULL) x->bus.InterfaceDereference(x->bus.Context);
    RtlZeroMemory(&x->bus, sizeof(x->bus));
}

static NTSTATUS start(struct extension* x, PIRP irp) {
    PIO_STACK_LOCATION at = IoGetCurrentIrpStackLocation(irp);
    NTSTATUS status;
    IoCopyCurrentIrpStackLocationToNext(irp);
    status = send_down(x, irp);
    RtlZeroMemory(&x->capabilities, sizeof(x->capabilities));
    x->capabilities.Size = sizeof(x->capabilities);
    x->capabilities.Version = 1;
    if (NT_SUCCESS(status))
        status = map(x, at->Parameters.StartDevice.AllocatedResourcesTranslated);
    if (NT_SUCCESS(status)) status = ask(x, IRP_MN_QUERY_CAPABILITIES, &x->capabilities);
    if (NT_SUCCESS(status)) status = ask(x, IRP_MN_QUERY_INTERFACE, &x->bus);
    if (NT_SUCCESS(status)) status = connect(x);
    if (!NT_SUCCESS(status)) stop(x);
    return complete(irp, status, 0);
}

static NTSTATUS NTAPI on_pnp(PDEVICE_OBJECT device, PIRP irp) {
    struct extension* x = device->DeviceExtension;
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\PciPower");
    NTSTATUS status;
    switch (IoGetCurrentIrpStackLocation(irp)->MinorFunction) {
        case IRP_MN_START_DEVICE:
            return start(x, irp);
        case IRP_MN_REMOVE_DEVICE:
            stop(x);
            irp->IoStatus.Status = STATUS_SUCCESS;
            IoSkipCurrentIrpStackLocation(irp);
            status = IoCallDriver(x->lower, irp);
            IoDeleteSymbolicLink(&link);
            IoDetachDevice(x->lower);
            IoDeleteDevice(x->self);
            return status;
        case IRP_MN_STOP_DEVICE:
            stop(x); /* fall through */
        case IRP_MN_QUERY_STOP_DEVICE:
        case IRP_MN_CANCEL_STOP_DEVICE:
        case IRP_MN_QUERY_REMOVE_DEVICE:
        case IRP_MN_CANCEL_REMOVE_DEVICE:
        case IRP_MN_SURPRISE_REMOVAL:
            irp->IoStatus.Status = STATUS_SUCCESS;
            break;
        default:
            break;
    }
    IoSkipCurrentIrpStackLocation(irp);
    return IoCallDriver(x->lower, irp);
}

static NTSTATUS NTAPI note_state(PDEVICE_OBJECT device, PIRP irp, PVOID context) {
    struct extension* x = context;
    PIO_STACK_LOCATION at = IoGetCurrentIrpStackLocation(irp);
    UNREFERENCED_PARAMETER(device);
    if (irp->PendingReturned) IoMarkIrpPending(irp);
    if (NT_SUCCESS(irp->IoStatus.Status)) x->device_state = at->Parameters.Power.State.DeviceState;
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI on_power(PDEVICE_OBJECT device, PIRP irp) {
    struct extension* x = device->DeviceExtension;
    PIO_STACK_LOCATION at = IoGetCurrentIrpStackLocation(irp);
    PoStartNextPowerIrp(irp);
    if (at->MinorFunction != IRP_MN_SET_POWER || at->Parameters.Power.Type != DevicePowerState) {
        IoSkipCurrentIrpStackLocation(irp);
    } else {
        IoCopyCurrentIrpStackLocationToNext(irp);
        IoSetCompletionRoutine(irp, note_state, x, TRUE, TRUE, TRUE);
    }
    return PoCallDriver(x->lower, irp);
}

static NTSTATUS NTAPI on_system_control(PDEVICE_OBJECT device, PIRP irp) {
    struct extension* x = device->DeviceExtension;
    IoSkipCurrentIrpStackLocation(irp);
    return IoCallDriver(x->lower, irp);
}

static NTSTATUS NTAPI add_device(PDRIVER_OBJECT driver, PDEVICE_OBJECT pdo) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\PciPower"),
                   link = RTL_CONSTANT_STRING(L"\\DosDevices\\PciPower");
    PDEVICE_OBJECT device;
    struct extension* x;
    NTSTATUS status = IoCreateDevice(driver, sizeof(struct extension), &name, FILE_DEVICE_UNKNOWN,
                                     FILE_DEVICE_SECURE_OPEN, FALSE, &device);
    if (!NT_SUCCESS(status)) return status;
    x = device->DeviceExtension;
    x->self = device;
    x->pdo = pdo;
    x->lower = IoAttachDeviceToDeviceStack(device, pdo);
    if (x->lower == NULL || !NT_SUCCESS(IoCreateSymbolicLink(&link, &name))) {
        if (x->lower != NULL) IoDetachDevice(x->lower);
        IoDeleteDevice(device);
        return STATUS_NO_SUCH_DEVICE;
    }
    device->Flags |= DO_BUFFERED_IO | DO_POWER_PAGABLE;
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

static VOID NTAPI unload(PDRIVER_OBJECT driver) { UNREFERENCED_PARAMETER(driver); }

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    UNREFERENCED_PARAMETER(path);
    driver->DriverUnload = unload;
    driver->DriverExtension->AddDevice = add_device;
    driver->MajorFunction[IRP_MJ_CREATE] = on_create_close;
    driver->MajorFunction[IRP_MJ_CLOSE] = on_create_close;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = on_control;
    driver->MajorFunction[IRP_MJ_PNP] = on_pnp;
    driver->MajorFunction[IRP_MJ_POWER] = on_power;
    driver->MajorFunction[IRP_MJ_SYSTEM_CONTROL] = on_system_control;
    return STATUS_SUCCESS;
}

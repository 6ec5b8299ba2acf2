// SPDX-License-Identifier: GPL-2.0-only
// timer: a periodic timer whose DPC wakes a thread through an event; the thread counts. Makes
// \\.\Timer. Shows the classic chain interrupt -> DPC -> event -> thread, and stops it cleanly.
//
//   0x222000 start   in: ULONG period in milliseconds
//   0x222004 read    out: TIMER_COUNTS
//   0x222008 stop
//   0x22200C spin    in: ULONG milliseconds of work that keeps one processor busy at PASSIVE_LEVEL
//   0x222010 sleep   in: ULONG milliseconds; out: ULONG64 nanoseconds that KeDelayExecutionThread took
#include <ntddk.h>

#define IOCTL_TIMER_START CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_TIMER_READ CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_TIMER_STOP CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_TIMER_SPIN CTL_CODE(FILE_DEVICE_UNKNOWN, 0x803, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_TIMER_SLEEP CTL_CODE(FILE_DEVICE_UNKNOWN, 0x804, METHOD_BUFFERED, FILE_ANY_ACCESS)

#define LONGEST_WORK_MS 60000

typedef struct _TIMER_COUNTS {
    ULONG Dpcs;         // times the DPC ran
    ULONG Wakes;        // times the thread woke
    ULONG WrongLevel;   // DPCs that did not run at DISPATCH_LEVEL: always 0
    ULONG Running;
} TIMER_COUNTS, *PTIMER_COUNTS;

typedef struct _TIMER_EXTENSION {
    KTIMER Timer;
    KDPC Dpc;
    KEVENT Tick;
    KEVENT Leave;
    PVOID Thread;
    volatile LONG Dpcs, Wakes, WrongLevel, Running;
} TIMER_EXTENSION, *PTIMER_EXTENSION;

static UNICODE_STRING DeviceName = RTL_CONSTANT_STRING(L"\\Device\\Timer");
static UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\Timer");

static VOID NTAPI TimerDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2) {
    PTIMER_EXTENSION extension = Context;
    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    InterlockedIncrement(&extension->Dpcs);
    if (KeGetCurrentIrql() != DISPATCH_LEVEL) InterlockedIncrement(&extension->WrongLevel);
    KeSetEvent(&extension->Tick, IO_NO_INCREMENT, FALSE);
}

static VOID NTAPI TimerThread(PVOID Context) {
    PTIMER_EXTENSION extension = Context;
    PVOID objects[2] = {&extension->Leave, &extension->Tick};
    while (KeWaitForMultipleObjects(2, objects, WaitAny, Executive, KernelMode, FALSE, NULL, NULL) ==
           STATUS_WAIT_1) {
        InterlockedIncrement(&extension->Wakes);
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static VOID TimerStop(PTIMER_EXTENSION Extension) {
    KeCancelTimer(&Extension->Timer);
    KeFlushQueuedDpcs();
    InterlockedExchange(&Extension->Running, 0);
}

static VOID TimerSpin(ULONG Milliseconds) {
    LARGE_INTEGER frequency, start = KeQueryPerformanceCounter(&frequency);
    LONGLONG ticks = frequency.QuadPart * Milliseconds / 1000;
    while (KeQueryPerformanceCounter(NULL).QuadPart - start.QuadPart < ticks) YieldProcessor();
}

static ULONG64 TimerSleep(ULONG Milliseconds) {
    LARGE_INTEGER frequency, start, interval;
    interval.QuadPart = -10000LL * Milliseconds;
    start = KeQueryPerformanceCounter(&frequency);
    KeDelayExecutionThread(KernelMode, FALSE, &interval);
    return (ULONG64)(KeQueryPerformanceCounter(NULL).QuadPart - start.QuadPart) * 1000000000ULL /
           (ULONG64)frequency.QuadPart;
}

static NTSTATUS NTAPI TimerCreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    UNREFERENCED_PARAMETER(DeviceObject);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static NTSTATUS TimerControl(PTIMER_EXTENSION Extension, PIRP Irp, ULONG_PTR* Information) {
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG inputLength = stack->Parameters.DeviceIoControl.InputBufferLength;
    ULONG outputLength = stack->Parameters.DeviceIoControl.OutputBufferLength;
    PVOID buffer = Irp->AssociatedIrp.SystemBuffer;
    ULONG milliseconds = inputLength >= sizeof(ULONG) ? *(ULONG*)buffer : 0;
    LARGE_INTEGER due;

    switch (stack->Parameters.DeviceIoControl.IoControlCode) {
        case IOCTL_TIMER_START:
            if (milliseconds == 0 || milliseconds > LONGEST_WORK_MS) return STATUS_INVALID_PARAMETER;
            due.QuadPart = -10000LL * milliseconds;
            InterlockedExchange(&Extension->Running, 1);
            KeSetTimerEx(&Extension->Timer, due, (LONG)milliseconds, &Extension->Dpc);
            return STATUS_SUCCESS;
        case IOCTL_TIMER_READ: {
            PTIMER_COUNTS counts = buffer;
            if (outputLength < sizeof(TIMER_COUNTS)) return STATUS_BUFFER_TOO_SMALL;
            counts->Dpcs = (ULONG)Extension->Dpcs;
            counts->Wakes = (ULONG)Extension->Wakes;
            counts->WrongLevel = (ULONG)Extension->WrongLevel;
            counts->Running = (ULONG)Extension->Running;
            *Information = sizeof(TIMER_COUNTS);
            return STATUS_SUCCESS;
        }
        case IOCTL_TIMER_STOP:
            TimerStop(Extension);
            return STATUS_SUCCESS;
        case IOCTL_TIMER_SPIN:
            if (milliseconds == 0 || milliseconds > LONGEST_WORK_MS) return STATUS_INVALID_PARAMETER;
            TimerSpin(milliseconds);
            return STATUS_SUCCESS;
        case IOCTL_TIMER_SLEEP:
            if (milliseconds == 0 || milliseconds > LONGEST_WORK_MS) return STATUS_INVALID_PARAMETER;
            if (outputLength < sizeof(ULONG64)) return STATUS_BUFFER_TOO_SMALL;
            *(ULONG64*)buffer = TimerSleep(milliseconds);
            *Information = sizeof(ULONG64);
            return STATUS_SUCCESS;
        default:
            return STATUS_INVALID_DEVICE_REQUEST;
    }
}

static NTSTATUS NTAPI TimerDeviceControl(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    ULONG_PTR information = 0;
    NTSTATUS status = TimerControl(DeviceObject->DeviceExtension, Irp, &information);
    Irp->IoStatus.Status = status;
    Irp->IoStatus.Information = information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

static VOID NTAPI TimerUnload(PDRIVER_OBJECT DriverObject) {
    PTIMER_EXTENSION extension = DriverObject->DeviceObject->DeviceExtension;
    TimerStop(extension);
    KeSetEvent(&extension->Leave, IO_NO_INCREMENT, FALSE);
    KeWaitForSingleObject(extension->Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(extension->Thread);
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(DriverObject->DeviceObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    PDEVICE_OBJECT device;
    PTIMER_EXTENSION extension;
    HANDLE thread;
    NTSTATUS status;
    UNREFERENCED_PARAMETER(RegistryPath);

    status = IoCreateDevice(DriverObject, sizeof(TIMER_EXTENSION), &DeviceName, FILE_DEVICE_UNKNOWN, 0,
                            FALSE, &device);
    if (!NT_SUCCESS(status)) return status;
    extension = device->DeviceExtension;
    KeInitializeTimerEx(&extension->Timer, NotificationTimer);
    KeInitializeDpc(&extension->Dpc, TimerDpc, extension);
    KeInitializeEvent(&extension->Tick, SynchronizationEvent, FALSE);
    KeInitializeEvent(&extension->Leave, NotificationEvent, FALSE);

    status = PsCreateSystemThread(&thread, THREAD_ALL_ACCESS, NULL, NULL, NULL, TimerThread, extension);
    if (NT_SUCCESS(status)) {
        status = ObReferenceObjectByHandle(thread, THREAD_ALL_ACCESS, NULL, KernelMode, &extension->Thread, NULL);
        ZwClose(thread);
    }
    if (NT_SUCCESS(status)) status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
        return status;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = TimerCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = TimerCreateClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = TimerDeviceControl;
    DriverObject->DriverUnload = TimerUnload;
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

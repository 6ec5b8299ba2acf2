// SPDX-License-Identifier: GPL-2.0-only
// crash: one I/O control code for each way to die. Makes \\.\Crash. For seeing what RSL reports, and
// for tests that it reports the right thing. Never load it where you care.
//
//   0x222000 + 4 * n, n as in the table below. The last column is the bug check to expect.
#include <ntddk.h>

enum CrashKind {
    CrashNullRead,          // 0x222000  KMODE_EXCEPTION_NOT_HANDLED or SYSTEM_SERVICE_EXCEPTION family
    CrashNullWrite,         // 0x222004
    CrashNullCall,          // 0x222008
    CrashWildWrite,         // 0x22200C  PAGE_FAULT_IN_NONPAGED_AREA
    CrashDispatchFault,     // 0x222010  DRIVER_IRQL_NOT_LESS_OR_EQUAL
    CrashDivideByZero,      // 0x222014
    CrashInvalidOpcode,     // 0x222018
    CrashBreakpoint,        // 0x22201C
    CrashStackOverflow,     // 0x222020  UNEXPECTED_KERNEL_MODE_TRAP
    CrashExecuteData,       // 0x222024  ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY
    CrashWriteCode,         // 0x222028  ATTEMPTED_WRITE_TO_READONLY_MEMORY
    CrashBugCheck,          // 0x22202C  0xDEADBEEF with parameters 1 2 3 4
    CrashRaise,             // 0x222030  KMODE_EXCEPTION_NOT_HANDLED with STATUS_DATA_ERROR
    CrashDoubleFree,        // 0x222034  BAD_POOL_CALLER
    CrashFreeWrongTag,      // 0x222038  BAD_POOL_CALLER
    CrashFreeGarbage,       // 0x22203C  BAD_POOL_CALLER
    CrashOverrun,           // 0x222040  BAD_POOL_HEADER, when the block is freed
    CrashCompleteTwice,     // 0x222044  MULTIPLE_IRP_COMPLETE_REQUESTS
    CrashWaitAtDispatch,    // 0x222048  IRQL_NOT_LESS_OR_EQUAL
    CrashReturnRaised,      // 0x22204C  IRQL_UNEXPECTED_VALUE family: dispatch left at DISPATCH_LEVEL
    CrashMissingImport,     // 0x222050  a function that no kernel has
    CrashNeverReturn,       // 0x222054  none: the call hangs, with a thread that runs for ever
    CrashNeverComplete,     // 0x222058  none: STATUS_PENDING and nothing after
    CrashDispatchHang,      // 0x22205C  none: spins at DISPATCH_LEVEL
    CrashPrivilegedFault,   // 0x222060  a general protection fault
    CrashKinds
};

#define IOCTL_CRASH(kind) CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800 + (kind), METHOD_BUFFERED, FILE_ANY_ACCESS)
#define CRASH_TAG 'hsrC'

static UNICODE_STRING DeviceName = RTL_CONSTANT_STRING(L"\\Device\\Crash");
static UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\Crash");

__declspec(dllimport) VOID NTAPI RslNoKernelHasThisFunction(VOID);

static volatile ULONG Sink;

static __attribute__((noinline, optnone)) ULONG CrashRecurse(volatile ULONG* Depth) {
    volatile UCHAR frame[512];
    frame[0] = (UCHAR)*Depth;
    if (++*Depth == 0) return 0;  // after four billion frames: never reached
    return CrashRecurse(Depth) + frame[0];
}

static VOID CrashPool(enum CrashKind Kind) {
    PUCHAR block = ExAllocatePoolWithTag(NonPagedPoolNx, 64, CRASH_TAG);
    if (block == NULL) return;
    switch (Kind) {
        case CrashDoubleFree:
            ExFreePoolWithTag(block, CRASH_TAG);
            ExFreePoolWithTag(block, CRASH_TAG);
            break;
        case CrashFreeWrongTag:
            ExFreePoolWithTag(block, 'gnrW');
            break;
        case CrashFreeGarbage:
            ExFreePoolWithTag(block + 8, CRASH_TAG);
            break;
        default:
            RtlFillMemory(block, 64 + 32, 0x5A);
            ExFreePoolWithTag(block, CRASH_TAG);
            break;
    }
}

static VOID CrashRaisedLevel(enum CrashKind Kind) {
    KIRQL old;
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    switch (Kind) {
        case CrashDispatchFault:
            Sink = *(volatile ULONG*)0xFFFF900012345678ULL;
            break;
        case CrashWaitAtDispatch:
            KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
            break;
        case CrashDispatchHang:
            for (;;) YieldProcessor();
        default:  // CrashReturnRaised: forget to lower
            return;
    }
    KeLowerIrql(old);
}

static VOID CrashNow(enum CrashKind Kind, PIRP Irp) {
    ULONG depth = 0;
    volatile ULONG zero = 0;
    switch (Kind) {
        case CrashNullRead: Sink = *(volatile ULONG*)NULL; break;
        case CrashNullWrite: *(volatile ULONG*)8 = 1; break;
        case CrashNullCall: ((VOID(*)(VOID))(ULONG_PTR)zero)(); break;
        case CrashWildWrite: *(volatile ULONG*)0xFFFF900012345678ULL = 1; break;
        case CrashDivideByZero: Sink = 100 / zero; break;
        case CrashInvalidOpcode: __asm__ volatile("ud2"); break;
        case CrashBreakpoint: __asm__ volatile("int3"); break;
        case CrashStackOverflow: Sink = CrashRecurse(&depth); break;
        case CrashExecuteData: {
            static UCHAR code[] = {0xC3};
            ((VOID(*)(VOID))(ULONG_PTR)code)();
            break;
        }
        case CrashWriteCode: *(volatile UCHAR*)(ULONG_PTR)CrashNow = 0xCC; break;
        case CrashBugCheck: KeBugCheckEx(0xDEADBEEF, 1, 2, 3, 4);
        case CrashRaise: ExRaiseStatus(STATUS_DATA_ERROR);
        case CrashDoubleFree:
        case CrashFreeWrongTag:
        case CrashFreeGarbage:
        case CrashOverrun: CrashPool(Kind); break;
        case CrashCompleteTwice:
            Irp->IoStatus.Status = STATUS_SUCCESS;
            Irp->IoStatus.Information = 0;
            IoCompleteRequest(Irp, IO_NO_INCREMENT);  // the dispatch routine completes it again
            break;
        case CrashDispatchFault:
        case CrashWaitAtDispatch:
        case CrashDispatchHang:
        case CrashReturnRaised: CrashRaisedLevel(Kind); break;
        case CrashMissingImport: RslNoKernelHasThisFunction(); break;
        case CrashNeverReturn:
            for (;;) YieldProcessor();
        case CrashPrivilegedFault: Sink = *(volatile ULONG*)0x8000123412341234ULL; break;
        default: break;
    }
}

static NTSTATUS NTAPI CrashCreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    UNREFERENCED_PARAMETER(DeviceObject);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI CrashDeviceControl(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG code = stack->Parameters.DeviceIoControl.IoControlCode;
    NTSTATUS status = STATUS_SUCCESS;
    UNREFERENCED_PARAMETER(DeviceObject);

    if (code < IOCTL_CRASH(0) || code >= IOCTL_CRASH(CrashKinds) || (code & 3) != METHOD_BUFFERED) {
        status = STATUS_INVALID_DEVICE_REQUEST;
    } else if (code == IOCTL_CRASH(CrashNeverComplete)) {
        IoMarkIrpPending(Irp);
        return STATUS_PENDING;
    } else {
        CrashNow((enum CrashKind)((code - IOCTL_CRASH(0)) / 4), Irp);
    }
    Irp->IoStatus.Status = status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

static VOID NTAPI CrashUnload(PDRIVER_OBJECT DriverObject) {
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(DriverObject->DeviceObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    PDEVICE_OBJECT device;
    NTSTATUS status;
    UNREFERENCED_PARAMETER(RegistryPath);

    status = IoCreateDevice(DriverObject, 0, &DeviceName, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    if (!NT_SUCCESS(status)) return status;
    status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
        return status;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = CrashCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = CrashCreateClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = CrashDeviceControl;
    DriverObject->DriverUnload = CrashUnload;
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

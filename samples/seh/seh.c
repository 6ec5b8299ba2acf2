// SPDX-License-Identifier: GPL-2.0-only
// seh: structured exception handling as drivers use it. Makes \\.\Seh. Each case returns 0 when the
// handlers ran as the language promises, or the number of the step that went wrong.
//
//   0x222000 run all   out: ULONG cases run, ULONG cases failed, ULONG bit mask of failed cases
#include <ntddk.h>

#define IOCTL_SEH_RUN CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)

typedef struct _SEH_RESULT {
    ULONG Cases;
    ULONG Failed;
    ULONG FailedMask;
} SEH_RESULT, *PSEH_RESULT;

static UNICODE_STRING DeviceName = RTL_CONSTANT_STRING(L"\\Device\\Seh");
static UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\Seh");

static volatile ULONG* const Nowhere = (volatile ULONG*)0x10;
static volatile ULONG Zero;

static ULONG CaseReadFault(void) {
    ULONG step = 1;
    __try {
        step = *Nowhere;
        step = 2;
    } __except (GetExceptionCode() == STATUS_ACCESS_VIOLATION ? EXCEPTION_EXECUTE_HANDLER
                                                              : EXCEPTION_CONTINUE_SEARCH) {
        return 0;
    }
    return step;
}

static LONG FilterFault(PEXCEPTION_POINTERS Pointers, ULONG_PTR* Kind, ULONG_PTR* Address) {
    *Kind = Pointers->ExceptionRecord->ExceptionInformation[0];
    *Address = Pointers->ExceptionRecord->ExceptionInformation[1];
    return EXCEPTION_EXECUTE_HANDLER;
}

static ULONG CaseWriteFaultSaysWhere(void) {
    ULONG_PTR kind = 99, address = 99;
    __try {
        *Nowhere = 1;
    } __except (FilterFault(GetExceptionInformation(), &kind, &address)) {
        return kind == 1 && address == 0x10 ? 0 : 2;
    }
    return 1;
}

static ULONG CaseDivideByZero(void) {
    volatile ULONG result = 1;
    __try {
        result = 100 / Zero;
        result = 1;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode() == STATUS_INTEGER_DIVIDE_BY_ZERO ? 0 : 2;
    }
    return result;
}

static ULONG CaseRaisedStatus(void) {
    __try {
        ExRaiseStatus(STATUS_DATA_ERROR);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode() == STATUS_DATA_ERROR ? 0 : 2;
    }
    return 1;
}

// Inner filters run first, then outer ones; finally blocks run only after a filter has accepted.
static ULONG CaseOrder(void) {
    volatile ULONG order = 0;
    __try {
        __try {
            __try {
                *Nowhere = 1;
            } __finally {
                order = order * 10 + 3;
            }
        } __except ((order = order * 10 + 1), EXCEPTION_CONTINUE_SEARCH) {
            return 1;
        }
    } __except ((order = order * 10 + 2), EXCEPTION_EXECUTE_HANDLER) {
        order = order * 10 + 4;
    }
    return order == 1234 ? 0 : order;
}

static __attribute__((noinline)) VOID ThrowDeep(ULONG Depth, volatile ULONG* Finallys) {
    __try {
        if (Depth == 0) {
            *Nowhere = 1;
        } else {
            ThrowDeep(Depth - 1, Finallys);
        }
    } __finally {
        ++*Finallys;
    }
}

static ULONG CaseDeepUnwind(void) {
    volatile ULONG finallys = 0;
    __try {
        ThrowDeep(20, &finallys);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return finallys == 21 ? 0 : 2;
    }
    return 1;
}

static __attribute__((noinline)) ULONG LeaveAndReturn(volatile ULONG* Trace) {
    __try {
        __try {
            *Trace += 1;
            __leave;
        } __finally {
            *Trace += AbnormalTermination() ? 1000 : 10;
        }
        return 7;
    } __finally {
        *Trace += 100;
    }
}

static ULONG CaseLeaveAndReturn(void) {
    volatile ULONG trace = 0;
    return LeaveAndReturn(&trace) == 7 && trace == 111 ? 0 : 1;
}

static LONG FilterRepair(PEXCEPTION_POINTERS Pointers) {
    // The handler sees the address of the int3 itself: step over it.
    if (Pointers->ExceptionRecord->ExceptionCode != STATUS_BREAKPOINT) return EXCEPTION_CONTINUE_SEARCH;
    Pointers->ContextRecord->Rip = (ULONG64)Pointers->ExceptionRecord->ExceptionAddress + 1;
    Pointers->ContextRecord->Rcx = 42;
    return EXCEPTION_CONTINUE_EXECUTION;
}

// A filter repairs the cause by way of the context, and execution goes on where that says.
static ULONG CaseContinueExecution(void) {
    volatile ULONG result = 0;
    __try {
        ULONG value;
        __asm__ volatile("xorl %%ecx, %%ecx\n\tint3\n\tmovl %%ecx, %0" : "=r"(value) : : "ecx", "memory");
        result = value;
    } __except (FilterRepair(GetExceptionInformation())) {
        return 1;
    }
    return result == 42 ? 0 : 2;
}

static ULONG CaseRethrowInHandler(void) {
    volatile ULONG steps = 0;
    __try {
        __try {
            *Nowhere = 1;
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            ++steps;
            ExRaiseStatus(STATUS_UNSUCCESSFUL);
        }
    } __except (GetExceptionCode() == STATUS_UNSUCCESSFUL ? EXCEPTION_EXECUTE_HANDLER
                                                          : EXCEPTION_CONTINUE_SEARCH) {
        return steps == 1 ? 0 : 2;
    }
    return 1;
}

static ULONG CaseProbesRaise(void) {
    ULONG raised = 0;
    __try {
        ProbeForRead((PVOID)0xFFFF800000000000ULL, 16, 1);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        raised += GetExceptionCode() == STATUS_ACCESS_VIOLATION;
    }
    __try {
        ProbeForWrite((PVOID)3, 16, 4);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        raised += GetExceptionCode() == STATUS_DATATYPE_MISALIGNMENT;
    }
    __try {
        ProbeForRead((PVOID)3, 0, 4);  // nothing to probe: never raises
        ++raised;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return 2;
    }
    return raised == 3 ? 0 : 1;
}

static ULONG CaseAtDispatchLevel(void) {
    KIRQL old, inside;
    NTSTATUS code = 0;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    __try {
        ExRaiseStatus(STATUS_DATA_ERROR);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        code = GetExceptionCode();
    }
    inside = KeGetCurrentIrql();
    KeLowerIrql(old);
    return code == STATUS_DATA_ERROR && inside == DISPATCH_LEVEL ? 0 : 1;
}

static ULONG (*const Cases[])(void) = {
    CaseReadFault,      CaseWriteFaultSaysWhere, CaseDivideByZero,     CaseRaisedStatus,
    CaseOrder,          CaseDeepUnwind,          CaseLeaveAndReturn,   CaseContinueExecution,
    CaseRethrowInHandler, CaseProbesRaise,       CaseAtDispatchLevel,
};

static VOID SehRun(PSEH_RESULT Result) {
    ULONG i;
    RtlZeroMemory(Result, sizeof(*Result));
    for (i = 0; i < RTL_NUMBER_OF(Cases); ++i) {
        ULONG step = Cases[i]();
        ++Result->Cases;
        if (step == 0) continue;
        ++Result->Failed;
        Result->FailedMask |= 1u << i;
        DbgPrint("seh: case %u failed at step %u\n", i, step);
    }
}

static NTSTATUS NTAPI SehCreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    UNREFERENCED_PARAMETER(DeviceObject);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI SehDeviceControl(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    NTSTATUS status = STATUS_INVALID_DEVICE_REQUEST;
    ULONG_PTR information = 0;
    UNREFERENCED_PARAMETER(DeviceObject);

    if (stack->Parameters.DeviceIoControl.IoControlCode == IOCTL_SEH_RUN) {
        status = STATUS_BUFFER_TOO_SMALL;
        if (stack->Parameters.DeviceIoControl.OutputBufferLength >= sizeof(SEH_RESULT)) {
            SehRun(Irp->AssociatedIrp.SystemBuffer);
            status = STATUS_SUCCESS;
            information = sizeof(SEH_RESULT);
        }
    }
    Irp->IoStatus.Status = status;
    Irp->IoStatus.Information = information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

static VOID NTAPI SehUnload(PDRIVER_OBJECT DriverObject) {
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
    DriverObject->MajorFunction[IRP_MJ_CREATE] = SehCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = SehCreateClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = SehDeviceControl;
    DriverObject->DriverUnload = SehUnload;
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

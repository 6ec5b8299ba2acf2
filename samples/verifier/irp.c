// SPDX-License-Identifier: GPL-2.0-only
// Mistakes with IRPs. Some need a driver beneath: a second driver object of this image plays it, or queue.sys,
// which keeps reads.
#include "verifier.h"

NTKERNELAPI NTSTATUS NTAPI IoCreateDriver(PUNICODE_STRING DriverName, PDRIVER_INITIALIZE InitializationFunction);

static PDEVICE_OBJECT Lower;
static PIRP Kept;  // what the lower driver keeps

// The lower driver: marks the request pending; control code 1 keeps it, any other completes it at once.
static NTSTATUS NTAPI LowerDispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    UNREFERENCED_PARAMETER(DeviceObject);
    IoMarkIrpPending(Irp);
    if (IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode == 1) {
        Kept = Irp;
        return STATUS_PENDING;
    }
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_PENDING;
}

static NTSTATUS NTAPI LowerEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    UNREFERENCED_PARAMETER(RegistryPath);
    for (int i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; ++i) DriverObject->MajorFunction[i] = LowerDispatch;
    return IoCreateDevice(DriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &Lower);
}

static BOOLEAN HaveLower(VOID) {
    if (Lower == NULL) IoCreateDriver(NULL, LowerEntry);
    if (Lower != NULL) Lower->Flags &= ~DO_DEVICE_INITIALIZING;
    return Lower != NULL;
}

static VOID NTAPI NeverCalled(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    UNREFERENCED_PARAMETER(DeviceObject);
    IoReleaseCancelSpinLock(Irp->CancelIrql);
}

static NTSTATUS NTAPI KeepIrp(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    UNREFERENCED_PARAMETER(Context);
    return STATUS_MORE_PROCESSING_REQUIRED;
}
static NTSTATUS NTAPI ForgetPending(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    UNREFERENCED_PARAMETER(Context);
    return STATUS_SUCCESS;  // and no IoMarkIrpPending
}
static NTSTATUS NTAPI RaiseAndStay(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
    KIRQL old;
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    UNREFERENCED_PARAMETER(Context);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

// The request of the program becomes a read of \\Device\\Queue, and is touched while it is there.
static NTSTATUS AboveQueue(PIRP Irp, enum VerifierBug Bug) {
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Queue");
    PFILE_OBJECT file;
    PDEVICE_OBJECT queue;
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(Irp);
    NTSTATUS status = IoGetDeviceObjectPointer(&name, FILE_READ_DATA, &file, &queue);
    if (!NT_SUCCESS(status)) {
        Irp->IoStatus.Status = status;
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
        return status;
    }
    next->MajorFunction = IRP_MJ_READ;
    next->FileObject = file;
    next->Parameters.Read.Length = 0;
    IoMarkIrpPending(Irp);
    IoSetCompletionRoutine(Irp, KeepIrp, NULL, TRUE, TRUE, TRUE);
    IoCallDriver(queue, Irp);
    if (Bug == IrpSentTwice) {
        IoCallDriver(queue, Irp);
    } else {
        Irp->IoStatus.Status = STATUS_SUCCESS;
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
    return STATUS_PENDING;
}

// The request of the program goes to the lower driver, with something wrong about it.
static NTSTATUS Forward(PIRP Irp, enum VerifierBug Bug) {
    PIO_STACK_LOCATION next;
    if (!HaveLower()) return STATUS_INSUFFICIENT_RESOURCES;
    IoCopyCurrentIrpStackLocationToNext(Irp);
    next = IoGetNextIrpStackLocation(Irp);
    switch (Bug) {
        case IrpCopiedByHand:
            *next = *IoGetCurrentIrpStackLocation(Irp);
            return IoCallDriver(Lower, Irp);
        case IrpControlBitsLeft:
            next->Control |= SL_PENDING_RETURNED;
            return IoCallDriver(Lower, Irp);
        case IrpPendingNotPropagated:
            IoSetCompletionRoutine(Irp, ForgetPending, NULL, TRUE, TRUE, TRUE);
            return IoCallDriver(Lower, Irp);
        case IrpRoutineRaises:
            IoSetCompletionRoutine(Irp, RaiseAndStay, NULL, TRUE, TRUE, TRUE);
            return IoCallDriver(Lower, Irp);
        default:
            IoSetCancelRoutine(Irp, NeverCalled);
            return IoCallDriver(Lower, Irp);
    }
}

// An IRP of the driver's own.
static VOID OwnIrp(enum VerifierBug Bug) {
    CCHAR stack = Bug == IrpSentWithoutStack ? 0 : 1;
    PIRP irp;
    if (!HaveLower()) return;
    irp = IoAllocateIrp(stack, FALSE);
    if (irp == NULL) return;
    switch (Bug) {
        case IrpSentWithoutStack:
            IoCallDriver(Lower, irp);
            break;
        case IrpSentToNobody:
            IoCallDriver(NULL, irp);
            break;
        case IrpUserAddress:
            irp->UserBuffer = (PVOID)(ULONG_PTR)0x20000;
            IoCallDriver(Lower, irp);
            break;
        case IrpFreedInUse:
            IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_DEVICE_CONTROL;
            IoGetNextIrpStackLocation(irp)->Parameters.DeviceIoControl.IoControlCode = 1;
            IoSetCompletionRoutine(irp, KeepIrp, NULL, TRUE, TRUE, TRUE);
            IoCallDriver(Lower, irp);
            break;
        case IrpFreedAsPool:
            ExFreePool(irp);
            return;
        case IrpFreedTwice:
            IoFreeIrp(irp);
            break;
        case IrpInitializedAgain:
            IoInitializeIrp(irp, IoSizeOfIrp(1), 1);
            break;
        default:
            return;  // IrpLeak
    }
    IoFreeIrp(irp);
}

// The I/O manager frees such an IRP itself, when it is complete.
static VOID FreeOnThread(VOID) {
    IO_STATUS_BLOCK outcome;
    KEVENT event;
    PIRP irp;
    if (!HaveLower()) return;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    irp = IoBuildDeviceIoControlRequest(2, Lower, NULL, 0, NULL, 0, FALSE, &event, &outcome);
    if (irp != NULL) IoFreeIrp(irp);
}

// What a dispatch routine says and what it did do not agree.
static NTSTATUS Disagree(PIRP Irp, enum VerifierBug Bug) {
    KIRQL old;
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    switch (Bug) {
        case IrpCompletedTwice:
            IoCompleteRequest(Irp, IO_NO_INCREMENT);
            IoCompleteRequest(Irp, IO_NO_INCREMENT);
            return STATUS_SUCCESS;
        case IrpCompletedPending:
            Irp->IoStatus.Status = STATUS_PENDING;
            break;
        case IrpCompletedCancelable:
            IoSetCancelRoutine(Irp, NeverCalled);
            break;
        case IrpCompletedRaised:
            KeRaiseIrql(DISPATCH_LEVEL + 1, &old);
            break;
        case IrpMarkedNotPending:
            IoMarkIrpPending(Irp);
            break;
        case IrpOtherStatus:
            Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
            break;
        case IrpForgotten:
            return STATUS_SUCCESS;
        case IrpInformationTooLarge:
            Irp->IoStatus.Information = 100000;
            break;
        default:
            break;
    }
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    switch (Bug) {
        case IrpPendingNotMarked:
            return STATUS_PENDING;
        case IrpStatusOfNone:
            return (NTSTATUS)0xFFFFFFFF;
        case IrpReturnedRaised:
            KeRaiseIrql(DISPATCH_LEVEL, &old);
            return STATUS_SUCCESS;
        case IrpReturnedInRegion:
            KeEnterCriticalRegion();
            return STATUS_SUCCESS;
        case IrpReturnedInterruptsOff:
            __asm__ volatile("cli");
            return STATUS_SUCCESS;
        default:
            return STATUS_SUCCESS;
    }
}

NTSTATUS IrpBug(PDEVICE_OBJECT DeviceObject, PIRP Irp, PBOOLEAN Finished) {
    enum VerifierBug bug = BugOf(Irp);
    UNREFERENCED_PARAMETER(DeviceObject);
    switch (bug) {
        case IrpFreedOnThread:
            FreeOnThread();
            return STATUS_SUCCESS;
        case IrpSentTwice:
        case IrpCompletedBeneath:
            *Finished = TRUE;
            return AboveQueue(Irp, bug);
        case IrpSentCancelable:
        case IrpCopiedByHand:
        case IrpControlBitsLeft:
        case IrpPendingNotPropagated:
        case IrpRoutineRaises:
            *Finished = TRUE;
            return Forward(Irp, bug);
        case IrpSentWithoutStack:
        case IrpSentToNobody:
        case IrpUserAddress:
        case IrpFreedInUse:
        case IrpFreedAsPool:
        case IrpFreedTwice:
        case IrpInitializedAgain:
        case IrpLeak:
            OwnIrp(bug);
            return STATUS_SUCCESS;
        default:
            *Finished = TRUE;
            return Disagree(Irp, bug);
    }
}

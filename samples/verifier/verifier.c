// SPDX-License-Identifier: GPL-2.0-only
// Entry, unload and the table of who makes which mistake.
#include "verifier.h"

static UNICODE_STRING DeviceName = RTL_CONSTANT_STRING(L"\\Device\\Verifier");
static UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\Verifier");

enum VerifierBug BugOf(PIRP Irp) {
    ULONG code = IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode;
    return (enum VerifierBug)(((code >> 2) & 0xFFF) - 0x800);
}

static NTSTATUS Complete(PIRP Irp, NTSTATUS Status) {
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS NTAPI VerifierCreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    UNREFERENCED_PARAMETER(DeviceObject);
    return Complete(Irp, STATUS_SUCCESS);
}

NTKERNELAPI LOGICAL NTAPI MmIsDriverVerifying(PDRIVER_OBJECT DriverObject);
NTKERNELAPI LOGICAL NTAPI MmIsDriverVerifyingByAddress(PVOID AddressWithinSection);
NTKERNELAPI LOGICAL NTAPI MmIsDriverSuspectForVerifier(PDRIVER_OBJECT DriverObject);
NTKERNELAPI NTSTATUS NTAPI MmIsVerifierEnabled(PULONG VerifierFlags);

static NTSTATUS Ask(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    ULONG* answers = Irp->AssociatedIrp.SystemBuffer;
    if (IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.OutputBufferLength < 4 * sizeof(ULONG)) {
        return Complete(Irp, STATUS_BUFFER_TOO_SMALL);
    }
    answers[0] = MmIsDriverVerifying(DeviceObject->DriverObject);
    answers[1] = MmIsDriverVerifyingByAddress((PVOID)Ask);
    answers[2] = MmIsDriverSuspectForVerifier(DeviceObject->DriverObject);
    MmIsVerifierEnabled(&answers[3]);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 4 * sizeof(ULONG);
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI VerifierDeviceControl(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    enum VerifierBug bug = BugOf(Irp);
    BOOLEAN finished = FALSE;
    NTSTATUS status;
    switch (IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode) {
        case IOCTL_VERIFIER_ASK:
            return Ask(DeviceObject, Irp);
        case IOCTL_VERIFIER_CLEAN:
            return Complete(Irp, Clean(DeviceObject));
        default:
            break;
    }
    if (bug < LevelPageableCode) {
        status = PoolBug(DeviceObject, Irp, &finished);
    } else if (bug < LockTwoSpinLocks) {
        status = LevelBug(DeviceObject, Irp, &finished);
    } else if (bug < IrpCompletedTwice) {
        status = LockBug(DeviceObject, Irp, &finished);
    } else if (bug < ObjectUserHandle) {
        status = IrpBug(DeviceObject, Irp, &finished);
    } else if (bug < MdlUnlockedUnlocked) {
        status = ObjectBug(DeviceObject, Irp, &finished);
    } else if (bug >= DmaAdapterLeft && bug < VerifierBugs) {
        status = DmaBug(DeviceObject, Irp, &finished);
    } else if (bug < DmaAdapterLeft) {
        status = MdlBug(DeviceObject, Irp, &finished);
    } else {
        status = STATUS_INVALID_DEVICE_REQUEST;
    }
    return finished ? status : Complete(Irp, status);
}

static VOID NTAPI VerifierUnload(PDRIVER_OBJECT DriverObject) {
    IoDeleteSymbolicLink(&LinkName);
    while (DriverObject->DeviceObject != NULL) IoDeleteDevice(DriverObject->DeviceObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
    PDEVICE_OBJECT device;
    NTSTATUS status;
    UNREFERENCED_PARAMETER(RegistryPath);
    status = IoCreateDevice(DriverObject, 0, &DeviceName, FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN, FALSE, &device);
    if (!NT_SUCCESS(status)) return status;
    status = IoCreateSymbolicLink(&LinkName, &DeviceName);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
        return status;
    }
    CleanInitialize();
    device->StackSize = 2;  // requests are sent on to the second driver of irp.c
    DriverObject->MajorFunction[IRP_MJ_CREATE] = VerifierCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = VerifierCreateClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = VerifierDeviceControl;
    DriverObject->DriverUnload = VerifierUnload;
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

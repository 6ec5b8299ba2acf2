/* SPDX-License-Identifier: GPL-2.0-only */
#include "pnp_device.h"

const GUID TestClass = {0x0b1f2c58, 0x7a0e, 0x4d3b, {0x9a, 0x11, 0x52, 0x53, 0x4c, 0x00, 0x00, 0x01}};
const GUID OtherClass = {0x0b1f2c58, 0x7a0e, 0x4d3b, {0x9a, 0x11, 0x52, 0x53, 0x4c, 0x00, 0x00, 0x02}};

static PDEVICE_OBJECT Pdo;

PDEVICE_OBJECT TestPdo(VOID) {
    if (Pdo == NULL) {
        IoReportDetectedDevice(ConformanceDriver, InterfaceTypeUndefined, (ULONG)-1, (ULONG)-1, NULL, NULL, FALSE, &Pdo);
    }
    return Pdo;
}

NTSTATUS NTAPI PassDown(PDEVICE_OBJECT device, PIRP irp) {
    UCHAR major = IoGetCurrentIrpStackLocation(irp)->MajorFunction;
    PDEVICE_OBJECT lower = *(PDEVICE_OBJECT*)device->DeviceExtension;
    if (major == IRP_MJ_CREATE || major == IRP_MJ_CLOSE || major == IRP_MJ_CLEANUP) {
        irp->IoStatus.Status = STATUS_SUCCESS;
        irp->IoStatus.Information = 0;
        IoCompleteRequest(irp, IO_NO_INCREMENT);
        return STATUS_SUCCESS;
    }
    IoSkipCurrentIrpStackLocation(irp);
    return IoCallDriver(lower, irp);
}

BOOLEAN StackUp(STACK* stack, PDRIVER_DISPATCH dispatch) {
    stack->Device = NULL;
    if (TestPdo() == NULL) return FALSE;
    if (!NT_SUCCESS(IoCreateDevice(ConformanceDriver, sizeof(PDEVICE_OBJECT), NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &stack->Device))) {
        return FALSE;
    }
    ConformanceDispatch = dispatch != NULL ? dispatch : PassDown;
    stack->Device->Flags |= DO_POWER_PAGABLE;
    /* The dispatch routine may be called as soon as it is attached. */
    *(PDEVICE_OBJECT*)stack->Device->DeviceExtension = TestPdo();
    stack->Device->Flags &= ~DO_DEVICE_INITIALIZING;
    stack->Lower = IoAttachDeviceToDeviceStack(stack->Device, TestPdo());
    if (stack->Lower != NULL) return TRUE;
    IoDeleteDevice(stack->Device);
    ConformanceDispatch = NULL;
    return FALSE;
}

VOID StackDown(STACK* stack) {
    IoDetachDevice(stack->Lower);
    IoDeleteDevice(stack->Device);
    ConformanceDispatch = NULL;
}

BOOLEAN HappensSoon(PKEVENT event) {
    LARGE_INTEGER timeout;
    timeout.QuadPart = -50000000LL;
    return KeWaitForSingleObject(event, Executive, KernelMode, FALSE, &timeout) == STATUS_SUCCESS;
}

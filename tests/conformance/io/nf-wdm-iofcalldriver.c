// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE_BUG_CHECK(IofCallDriver, NoLocationLeftStopsTheMachine, 0x35) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    PIRP irp = IoAllocateIrp(1, FALSE);
    IoSetNextIrpStackLocation(irp);
    IofCallDriver(device, irp);
}

CONFORMANCE(IofCallDriver, ReturnsWhatTheDispatchRoutineReturns) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    PIRP irp;
    REQUIRE(device != NULL);
    irp = MakeIrp(device, IRP_MJ_WRITE);
    REQUIRE(irp != NULL);
    IoSetCompletionRoutine(irp, KeepIrp, NULL, TRUE, TRUE, TRUE);
    AT_IRQL(DISPATCH_LEVEL, status = IofCallDriver(device, irp));
    CHECK_STATUS(status, STATUS_SUCCESS);
    IoFreeIrp(irp);
    IoDeleteDevice(device);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoInitializeIrp, MakesAnIrpOfAnyMemory) {
    USHORT bytes = IoSizeOfIrp(2);
    PIRP irp = ExAllocatePoolWithTag(NonPagedPoolNx, bytes, CONFORMANCE_TAG);
    REQUIRE(irp != NULL);
    RtlFillMemory(irp, bytes, 0xCC);
    AT_IRQL(DISPATCH_LEVEL, IoInitializeIrp(irp, bytes, 2));
    CHECK_EQ(irp->Type, IO_TYPE_IRP);
    CHECK_EQ(irp->Size, bytes);
    CHECK_EQ(irp->StackCount, 2);
    CHECK_EQ(irp->CurrentLocation, 3);
    CHECK_EQ(irp->IoStatus.Status, 0);
    CHECK_EQ(irp->Flags, 0);
    CHECK_EQ(IoGetNextIrpStackLocation(irp)->Control, 0);
    CHECK(IsListEmpty(&irp->ThreadListEntry));
    ExFreePoolWithTag(irp, CONFORMANCE_TAG);
}

CONFORMANCE(IoInitializeIrp, TheIrpTravelsLikeAnyOther) {
    USHORT bytes = IoSizeOfIrp(1);
    PIRP irp = ExAllocatePoolWithTag(NonPagedPoolNx, bytes, CONFORMANCE_TAG);
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    REQUIRE(irp && device);
    IoInitializeIrp(irp, bytes, device->StackSize);
    IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_WRITE;
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    IoSetCompletionRoutine(irp, KeepIrp, NULL, TRUE, TRUE, TRUE);
    CHECK_STATUS(IoCallDriver(device, irp), STATUS_SUCCESS);
    CHECK_STATUS(irp->IoStatus.Status, STATUS_SUCCESS);
    ExFreePoolWithTag(irp, CONFORMANCE_TAG);
    IoDeleteDevice(device);
}

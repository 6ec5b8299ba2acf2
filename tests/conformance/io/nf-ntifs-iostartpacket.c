// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

static PIRP Started[8];
static int Starts, Depth, DeepestDepth;
static BOOLEAN NextInside;

static VOID NTAPI StartIo(PDEVICE_OBJECT Device, PIRP Irp) {
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    CHECK_EQ(Device->CurrentIrp, Irp);
    Started[Starts++] = Irp;
    if (++Depth > DeepestDepth) DeepestDepth = Depth;
    if (NextInside) IoStartNextPacket(Device, FALSE);
    Depth--;
}

static VOID NTAPI CancelQueued(PDEVICE_OBJECT Device, PIRP Irp) {
    BOOLEAN queued =
        Device->CurrentIrp != Irp &&
        KeRemoveEntryDeviceQueue(&Device->DeviceQueue, &Irp->Tail.Overlay.DeviceQueueEntry);
    CHECK(queued);
    IoReleaseCancelSpinLock(Irp->CancelIrql);
}

static PDEVICE_OBJECT Begin(PIRP* Irps, int Count) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    int i;
    Starts = Depth = DeepestDepth = 0;
    NextInside = FALSE;
    ConformanceDriver->DriverStartIo = StartIo;
    for (i = 0; i < Count; i++) {
        Irps[i] = IoAllocateIrp(1, FALSE);
        if (Irps[i] == NULL) return NULL;
        IoSetNextIrpStackLocation(Irps[i]);
        IoGetCurrentIrpStackLocation(Irps[i])->DeviceObject = device;
    }
    return device;
}

static VOID End(PDEVICE_OBJECT Device, PIRP* Irps, int Count) {
    int i;
    ConformanceDriver->DriverStartIo = NULL;
    for (i = 0; i < Count; i++) IoFreeIrp(Irps[i]);
    IoDeleteDevice(Device);
}

CONFORMANCE(IoStartPacket, StartsOneAndQueuesTheRest) {
    PIRP irps[3];
    PDEVICE_OBJECT device = Begin(irps, 3);
    REQUIRE(device != NULL);
    IoStartPacket(device, irps[0], NULL, NULL);
    CHECK_EQ(Starts, 1);
    CHECK_EQ(Started[0], irps[0]);
    CHECK_EQ(device->CurrentIrp, irps[0]);
    AT_IRQL(DISPATCH_LEVEL, IoStartPacket(device, irps[1], NULL, NULL));
    IoStartPacket(device, irps[2], NULL, NULL);
    CHECK_EQ(Starts, 1);
    AT_IRQL(DISPATCH_LEVEL, IoStartNextPacket(device, FALSE));
    AT_IRQL(DISPATCH_LEVEL, IoStartNextPacket(device, FALSE));
    CHECK_EQ(Starts, 3);
    CHECK(Started[1] == irps[1] && Started[2] == irps[2]);
    AT_IRQL(DISPATCH_LEVEL, IoStartNextPacket(device, FALSE));
    CHECK_EQ(device->CurrentIrp, NULL);
    End(device, irps, 3);
}

CONFORMANCE(IoStartPacket, AQueuedPacketCanBeCancelled) {
    PIRP irps[2];
    PDEVICE_OBJECT device = Begin(irps, 2);
    REQUIRE(device != NULL);
    IoStartPacket(device, irps[0], NULL, NULL);
    IoStartPacket(device, irps[1], NULL, CancelQueued);
    CHECK_EQ(IoCancelIrp(irps[1]), TRUE);
    AT_IRQL(DISPATCH_LEVEL, IoStartNextPacket(device, TRUE));
    CHECK_EQ(Starts, 1);
    CHECK_EQ(device->CurrentIrp, NULL);
    End(device, irps, 2);
}

CONFORMANCE(IoStartNextPacket, ClearsTheCurrentIrpWhenNothingWaits) {
    PIRP irps[1];
    PDEVICE_OBJECT device = Begin(irps, 1);
    REQUIRE(device != NULL);
    IoStartPacket(device, irps[0], NULL, NULL);
    AT_IRQL(DISPATCH_LEVEL, IoStartNextPacket(device, FALSE));
    CHECK_EQ(device->CurrentIrp, NULL);
    AT_IRQL(DISPATCH_LEVEL, IoStartNextPacket(device, FALSE));
    CHECK_EQ(Starts, 1);
    End(device, irps, 1);
}

CONFORMANCE(IoStartNextPacket, NestsUnlessStartIoIsDeferred) {
    PIRP irps[3];
    PDEVICE_OBJECT device = Begin(irps, 3);
    int i;
    REQUIRE(device != NULL);
    for (i = 0; i < 3; i++) IoStartPacket(device, irps[i], NULL, NULL);
    NextInside = TRUE;
    AT_IRQL(DISPATCH_LEVEL, IoStartNextPacket(device, FALSE));
    CHECK_EQ(Starts, 3);
    CHECK_EQ(DeepestDepth, 2);
    End(device, irps, 3);
}

CONFORMANCE(IoStartNextPacketByKey, TakesTheNextKeyAtOrAboveElseTheLowest) {
    PIRP irps[4];
    PDEVICE_OBJECT device = Begin(irps, 4);
    ULONG keys[4] = {0, 30, 10, 20};
    int i;
    REQUIRE(device != NULL);
    for (i = 0; i < 4; i++) IoStartPacket(device, irps[i], &keys[i], NULL);
    AT_IRQL(DISPATCH_LEVEL, IoStartNextPacketByKey(device, FALSE, 15));
    CHECK_EQ(Started[1], irps[3]);
    AT_IRQL(DISPATCH_LEVEL, IoStartNextPacketByKey(device, FALSE, 25));
    CHECK_EQ(Started[2], irps[1]);
    AT_IRQL(DISPATCH_LEVEL, IoStartNextPacketByKey(device, FALSE, 99));
    CHECK_EQ(Started[3], irps[2]);
    AT_IRQL(DISPATCH_LEVEL, IoStartNextPacketByKey(device, FALSE, 0));
    CHECK_EQ(device->CurrentIrp, NULL);
    End(device, irps, 4);
}

CONFORMANCE(IoSetStartIoAttributes, DeferredStartIoIsNotCalledInsideItself) {
    PIRP irps[3];
    PDEVICE_OBJECT device = Begin(irps, 3);
    int i;
    REQUIRE(device != NULL);
    AT_IRQL(DISPATCH_LEVEL, IoSetStartIoAttributes(device, TRUE, FALSE));
    for (i = 0; i < 3; i++) IoStartPacket(device, irps[i], NULL, NULL);
    NextInside = TRUE;
    AT_IRQL(DISPATCH_LEVEL, IoStartNextPacket(device, FALSE));
    CHECK_EQ(Starts, 3);
    CHECK_EQ(DeepestDepth, 1);
    End(device, irps, 3);
}

CONFORMANCE(IoSetStartIoAttributes, NonCancelableTakesTheRoutineFromADequeuedIrp) {
    PIRP irps[2];
    PDEVICE_OBJECT device = Begin(irps, 2);
    REQUIRE(device != NULL);
    IoSetStartIoAttributes(device, FALSE, TRUE);
    IoStartPacket(device, irps[0], NULL, CancelQueued);
    IoStartPacket(device, irps[1], NULL, CancelQueued);
    CHECK_EQ(irps[0]->CancelRoutine, NULL);
    CHECK(irps[1]->CancelRoutine != NULL);
    AT_IRQL(DISPATCH_LEVEL, IoStartNextPacket(device, TRUE));
    CHECK_EQ(Starts, 2);
    CHECK_EQ(irps[1]->CancelRoutine, NULL);
    CHECK_EQ(IoCancelIrp(irps[1]), FALSE);
    End(device, irps, 2);
}

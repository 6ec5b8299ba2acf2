// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

static int Runs;
static PDEVICE_OBJECT RanFor;
static IO_ALLOCATION_ACTION Action;

static IO_ALLOCATION_ACTION NTAPI Control(PDEVICE_OBJECT Device, PIRP Irp, PVOID Base,
                                          PVOID Context) {
    UNREFERENCED_PARAMETER(Irp);
    UNREFERENCED_PARAMETER(Base);
    CHECK_EQ(Context, &Runs);
    CHECK_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    RanFor = Device;
    Runs++;
    return Action;
}

CONFORMANCE(IoCreateController, HasAZeroedExtension) {
    PCONTROLLER_OBJECT controller = IoCreateController(32);
    int i;
    REQUIRE(controller != NULL);
    for (i = 0; i < 32; i++) CHECK_EQ(((UCHAR*)controller->ControllerExtension)[i], 0);
    IoDeleteController(controller);
}

CONFORMANCE(IoDeleteController, AnotherCanBeMadeAfter) {
    int turn;
    for (turn = 0; turn < 2; turn++) {
        PCONTROLLER_OBJECT controller = IoCreateController(0);
        REQUIRE(controller != NULL);
        IoDeleteController(controller);
    }
}

CONFORMANCE(IoAllocateController, KeptControllersMakeOthersWait) {
    PCONTROLLER_OBJECT controller = IoCreateController(0);
    PDEVICE_OBJECT first = MakeDevice(NULL, 0), second = MakeDevice(NULL, 0);
    REQUIRE(controller && first && second);
    Runs = 0;
    Action = KeepObject;
    AT_IRQL(DISPATCH_LEVEL, IoAllocateController(controller, first, Control, &Runs));
    CHECK_EQ(Runs, 1);
    CHECK_EQ(RanFor, first);
    AT_IRQL(DISPATCH_LEVEL, IoAllocateController(controller, second, Control, &Runs));
    CHECK_EQ(Runs, 1);
    Action = DeallocateObject;
    AT_IRQL(DISPATCH_LEVEL, IoFreeController(controller));
    CHECK_EQ(Runs, 2);
    CHECK_EQ(RanFor, second);
    IoDeleteController(controller);
    IoDeleteDevice(second);
    IoDeleteDevice(first);
}

CONFORMANCE(IoFreeController, IsFreeForTheNextOneThen) {
    PCONTROLLER_OBJECT controller = IoCreateController(0);
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    REQUIRE(controller && device);
    Runs = 0;
    Action = KeepObject;
    AT_IRQL(DISPATCH_LEVEL, IoAllocateController(controller, device, Control, &Runs));
    AT_IRQL(DISPATCH_LEVEL, IoFreeController(controller));
    Action = DeallocateObject;
    AT_IRQL(DISPATCH_LEVEL, IoAllocateController(controller, device, Control, &Runs));
    CHECK_EQ(Runs, 2);
    IoDeleteController(controller);
    IoDeleteDevice(device);
}

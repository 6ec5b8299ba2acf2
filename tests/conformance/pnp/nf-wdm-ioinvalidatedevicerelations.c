/* SPDX-License-Identifier: GPL-2.0-only */
#include "pnp_device.h"

static KEVENT Asked;
static UCHAR WantedMinor;
static ULONG Questions;

static NTSTATUS NTAPI Watch(PDEVICE_OBJECT device, PIRP irp) {
    PIO_STACK_LOCATION at = IoGetCurrentIrpStackLocation(irp);
    BOOLEAN wanted = at->MajorFunction == IRP_MJ_PNP && at->MinorFunction == WantedMinor;
    if (wanted && WantedMinor == IRP_MN_QUERY_DEVICE_RELATIONS) wanted = at->Parameters.QueryDeviceRelations.Type == BusRelations;
    if (wanted) {
        Questions++;
        KeSetEvent(&Asked, 0, FALSE);
    }
    return PassDown(device, irp);
}

static BOOLEAN Begin(STACK* stack, UCHAR minor) {
    KeInitializeEvent(&Asked, SynchronizationEvent, FALSE);
    WantedMinor = minor;
    Questions = 0;
    return StackUp(stack, Watch);
}

CONFORMANCE(IoInvalidateDeviceRelations, BusRelationsAreAskedForAgain) {
    STACK stack;
    REQUIRE(Begin(&stack, IRP_MN_QUERY_DEVICE_RELATIONS));
    IoInvalidateDeviceRelations(TestPdo(), BusRelations);
    CHECK(HappensSoon(&Asked));
    StackDown(&stack);
}

CONFORMANCE(IoInvalidateDeviceRelations, MayBeCalledAtDispatchLevel) {
    STACK stack;
    REQUIRE(Begin(&stack, IRP_MN_QUERY_DEVICE_RELATIONS));
    AT_IRQL(DISPATCH_LEVEL, IoInvalidateDeviceRelations(TestPdo(), BusRelations));
    CHECK(HappensSoon(&Asked));
    StackDown(&stack);
}

CONFORMANCE(IoInvalidateDeviceRelations, EjectionRelationsAreNotAskedForAtOnce) {
    STACK stack;
    REQUIRE(Begin(&stack, IRP_MN_QUERY_DEVICE_RELATIONS));
    IoInvalidateDeviceRelations(TestPdo(), EjectionRelations);
    IoInvalidateDeviceRelations(TestPdo(), BusRelations); /* the later one's question has come: the earlier had none */
    CHECK(HappensSoon(&Asked));
    CHECK_EQ(Questions, 1);
    StackDown(&stack);
}

CONFORMANCE(IoInvalidateDeviceState, TheStateIsQueried) {
    STACK stack;
    REQUIRE(Begin(&stack, IRP_MN_QUERY_PNP_DEVICE_STATE));
    IoInvalidateDeviceState(TestPdo());
    CHECK(HappensSoon(&Asked));
    StackDown(&stack);
}

CONFORMANCE(IoInvalidateDeviceState, MayBeCalledAtDispatchLevel) {
    STACK stack;
    REQUIRE(Begin(&stack, IRP_MN_QUERY_PNP_DEVICE_STATE));
    AT_IRQL(DISPATCH_LEVEL, IoInvalidateDeviceState(TestPdo()));
    CHECK(HappensSoon(&Asked));
    StackDown(&stack);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoFreeIrp, FreesFromACompletionRoutine) {
    PDEVICE_OBJECT device = MakeDevice(NULL, 0);
    KEVENT done;
    PIRP irp;
    REQUIRE(device != NULL);
    irp = MakeIrp(device, IRP_MJ_READ);
    REQUIRE(irp != NULL);
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    IoSetCompletionRoutine(irp, KeepIrp, &done, TRUE, TRUE, TRUE);
    IoCallDriver(device, irp);
    CHECK(Arrives(&done));
    AT_IRQL(DISPATCH_LEVEL, IoFreeIrp(irp));
    IoDeleteDevice(device);
}

CONFORMANCE(IoFreeIrp, ManyIrpsInTurn) {
    PIRP irps[40];
    int i, made = 0;
    for (i = 0; i < 40; i++) {
        irps[i] = IoAllocateIrp((CCHAR)(1 + i % 9), FALSE);
        if (irps[i] != NULL) made++;
    }
    CHECK_EQ(made, 40);
    for (i = 0; i < 40; i++) IoFreeIrp(irps[i]);
}

/* SPDX-License-Identifier: GPL-2.0-only */
#include "conformance.h"

CONFORMANCE(PoSetSystemWake, MarksTheIrp) {
    PIRP irp = IoAllocateIrp(1, FALSE);
    REQUIRE(irp != NULL);
    CHECK(!PoGetSystemWake(irp));
    PoSetSystemWake(irp);
    CHECK(PoGetSystemWake(irp));
    IoFreeIrp(irp);
}

CONFORMANCE(PoGetSystemWake, AnIrpIsNotMarkedByItself) {
    PIRP irp = IoAllocateIrp(1, FALSE);
    BOOLEAN marked = TRUE;
    REQUIRE(irp != NULL);
    AT_IRQL(APC_LEVEL, marked = PoGetSystemWake(irp));
    CHECK(!marked);
    IoFreeIrp(irp);
}

CONFORMANCE(PoQueryWatchdogTime, FalseWhenNoPowerIrpIsWatched) {
    ULONG seconds = 0;
    CHECK(!PoQueryWatchdogTime(ConformanceDevice, &seconds));
}

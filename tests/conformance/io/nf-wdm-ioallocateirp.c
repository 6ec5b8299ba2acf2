// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoAllocateIrp, GivesAnInitializedIrp) {
    PIRP irp = IoAllocateIrp(3, FALSE);
    REQUIRE(irp != NULL);
    CHECK_EQ(irp->Type, IO_TYPE_IRP);
    CHECK_EQ(irp->StackCount, 3);
    CHECK_EQ(irp->CurrentLocation, 4);
    CHECK(irp->Size >= IoSizeOfIrp(3)); /* there may be room for more */
    CHECK_EQ(irp->Cancel, FALSE);
    CHECK_EQ(irp->MdlAddress, NULL);
    CHECK_EQ(irp->Tail.Overlay.Thread, NULL);
    CHECK_EQ(IoGetNextIrpStackLocation(irp)->MajorFunction, 0);
    CHECK_EQ(IoGetNextIrpStackLocation(irp)->CompletionRoutine, NULL);
    CHECK(IsListEmpty(&irp->ThreadListEntry));
    IoFreeIrp(irp);
}

CONFORMANCE(IoAllocateIrp, RunsAtDispatchLevelAndServesTheDeepestStack) {
    PIRP irp = NULL;
    AT_IRQL(DISPATCH_LEVEL, irp = IoAllocateIrp(100, FALSE));
    REQUIRE(irp != NULL);
    CHECK_EQ(irp->StackCount, 100);
    AT_IRQL(DISPATCH_LEVEL, IoFreeIrp(irp));
}

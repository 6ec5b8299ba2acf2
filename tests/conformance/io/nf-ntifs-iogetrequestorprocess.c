// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoGetRequestorProcess, NullWithoutAThreadElseItsProcess) {
    PEPROCESS process = NULL;
    PIRP irp = IoAllocateIrp(1, FALSE);
    REQUIRE(irp != NULL);
    CHECK_EQ(IoGetRequestorProcess(irp), NULL);
    irp->Tail.Overlay.Thread = PsGetCurrentThread();
    AT_IRQL(DISPATCH_LEVEL, process = IoGetRequestorProcess(irp));
    CHECK_EQ(process, PsGetCurrentProcess());
    CHECK_EQ(process, PsInitialSystemProcess);
    IoFreeIrp(irp);
}

CONFORMANCE_IN_CALLER(IoGetRequestorProcess, IsTheProcessTheThreadIsAttachedTo) {
    PEPROCESS own = PsGetCurrentProcess();
    KAPC_STATE state;
    PIRP irp = IoAllocateIrp(1, FALSE);
    REQUIRE(irp != NULL);
    irp->Tail.Overlay.Thread = PsGetCurrentThread();
    CHECK_EQ(IoGetRequestorProcess(irp), own);
    CHECK(own != PsInitialSystemProcess);
    KeStackAttachProcess((PKPROCESS)PsInitialSystemProcess, &state);
    CHECK_EQ(IoGetRequestorProcess(irp), PsInitialSystemProcess);
    KeUnstackDetachProcess(&state);
    IoFreeIrp(irp);
}

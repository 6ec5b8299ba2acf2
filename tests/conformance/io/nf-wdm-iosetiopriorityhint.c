// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoSetIoPriorityHint, IsWhatGetGivesBack) {
    PIRP irp = IoAllocateIrp(1, FALSE);
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    ULONG hint;
    REQUIRE(irp != NULL);
    for (hint = IoPriorityVeryLow; hint <= IoPriorityHigh; hint++) {
        AT_IRQL(DISPATCH_LEVEL, status = IoSetIoPriorityHint(irp, (IO_PRIORITY_HINT)hint));
        CHECK_STATUS(status, STATUS_SUCCESS);
        CHECK_EQ((ULONG)IoGetIoPriorityHint(irp), hint);
    }
    CHECK(!NT_SUCCESS(IoSetIoPriorityHint(irp, MaxIoPriorityTypes)));
    CHECK_EQ(IoGetIoPriorityHint(irp), IoPriorityHigh);
    IoFreeIrp(irp);
}

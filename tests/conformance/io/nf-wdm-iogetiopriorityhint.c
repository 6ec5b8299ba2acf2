// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoGetIoPriorityHint, IsNormalUnlessSet) {
    PIRP irp = IoAllocateIrp(1, FALSE);
    IO_PRIORITY_HINT hint = MaxIoPriorityTypes;
    REQUIRE(irp != NULL);
    AT_IRQL(DISPATCH_LEVEL, hint = IoGetIoPriorityHint(irp));
    CHECK_EQ(hint, IoPriorityNormal);
    IoFreeIrp(irp);
}

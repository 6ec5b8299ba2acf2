// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

// Facts: MmIsNonPagedSystemAddressValid of ntddk.h, obsolete.
CONFORMANCE(MmIsNonPagedSystemAddressValid, TellsNonpagedMemory) {
    BOOLEAN valid = FALSE;
    PVOID memory = ExAllocatePoolWithTag(NonPagedPoolNx, 64, CONFORMANCE_TAG);
    AT_IRQL(DISPATCH_LEVEL, valid = MmIsNonPagedSystemAddressValid(memory));
    CHECK_EQ(valid, TRUE);
    CHECK_EQ(MmIsNonPagedSystemAddressValid((PVOID)0x10000), FALSE);
    ExFreePoolWithTag(memory, CONFORMANCE_TAG);
}

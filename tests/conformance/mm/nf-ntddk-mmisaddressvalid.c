// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmIsAddressValid, TellsWhetherAReadWouldFault) {
    BOOLEAN valid = FALSE;
    ULONG local = 0;
    PVOID reserved = MmAllocateMappingAddress(PAGE_SIZE, CONFORMANCE_TAG);
    AT_IRQL(DISPATCH_LEVEL, valid = MmIsAddressValid(&local));
    CHECK_EQ(valid, TRUE);
    CHECK_EQ(MmIsAddressValid((PVOID)MmIsAddressValid), TRUE);
    CHECK_EQ(MmIsAddressValid(NULL), FALSE);
    CHECK_EQ(MmIsAddressValid(reserved), FALSE);
    MmFreeMappingAddress(reserved, CONFORMANCE_TAG);
    CHECK_EQ(MmIsAddressValid((PVOID)0x1234567812345678ULL), FALSE);  // not canonical
}

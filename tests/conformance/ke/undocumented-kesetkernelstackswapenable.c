// SPDX-License-Identifier: GPL-2.0-only
// Prototype of public headers; docs of KeWaitForSingleObject describe when stacks may be paged out.
#include "conformance.h"

NTKERNELAPI BOOLEAN NTAPI KeSetKernelStackSwapEnable(BOOLEAN Enable);

CONFORMANCE(KeSetKernelStackSwapEnable, ReturnsThePreviousSetting) {
    BOOLEAN before = KeSetKernelStackSwapEnable(FALSE);
    CHECK_EQ(KeSetKernelStackSwapEnable(TRUE), FALSE);
    CHECK_EQ(KeSetKernelStackSwapEnable(before), TRUE);
}

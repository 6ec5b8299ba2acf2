// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

CONFORMANCE(MmResetDriverPaging, TheDriverGoesOn) {
    MmPageEntireDriver(&ConformanceDispatch);
    MmResetDriverPaging(&ConformanceDispatch);
    CHECK_EQ(MmIsAddressValid(&ConformanceDispatch), TRUE);
}

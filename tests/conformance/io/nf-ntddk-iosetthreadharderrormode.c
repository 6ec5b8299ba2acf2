// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoSetThreadHardErrorMode, GivesTheModeBefore) {
    BOOLEAN before = FALSE;
    CHECK_EQ(IoSetThreadHardErrorMode(FALSE), TRUE);
    CHECK_EQ(IoSetThreadHardErrorMode(FALSE), FALSE);
    AT_IRQL(APC_LEVEL, before = IoSetThreadHardErrorMode(TRUE));
    CHECK_EQ(before, FALSE);
    CHECK_EQ(IoSetThreadHardErrorMode(TRUE), TRUE);
}

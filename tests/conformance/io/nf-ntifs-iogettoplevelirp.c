// SPDX-License-Identifier: GPL-2.0-only
#include "devices.h"

CONFORMANCE(IoGetTopLevelIrp, IsNullInAFreshThread) {
    PIRP top = (PIRP)1;
    AT_IRQL(DISPATCH_LEVEL, top = IoGetTopLevelIrp());
    CHECK_EQ(top, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "conformance.h"

CONFORMANCE(ExGetPreviousMode, IsKernelModeInASystemThread) {
    CHECK_EQ(ExGetPreviousMode(), KernelMode);
    AT_IRQL(DISPATCH_LEVEL, CHECK_EQ(ExGetPreviousMode(), KernelMode));
}

CONFORMANCE_IN_CALLER(ExGetPreviousMode, IsUserModeInACallersThread) {
    CHECK_EQ(ExGetPreviousMode(), UserMode);
}

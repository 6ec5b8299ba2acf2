// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

NTKERNELAPI LOGICAL NTAPI MmIsDriverSuspectForVerifier(PDRIVER_OBJECT DriverObject);

CONFORMANCE(MmIsDriverSuspectForVerifier, ADriverThatIsNotVerifiedIsNone) {
    if (MmIsDriverVerifying(ConformanceDriver) == 0)
        CHECK_EQ(MmIsDriverSuspectForVerifier(ConformanceDriver) != 0, FALSE);
    else
        CHECK_EQ(MmIsDriverSuspectForVerifier(ConformanceDriver) != 0, TRUE);
}

// SPDX-License-Identifier: GPL-2.0-only
// The other answer, TRUE, is asked for by tests/end_to_end/test_verifier.py: there a driver is verified.
#include "conformance.h"

NTKERNELAPI LOGICAL NTAPI MmIsDriverVerifying(PDRIVER_OBJECT DriverObject);

CONFORMANCE(MmIsDriverVerifying, SaysNoOfADriverThatIsNotOnTheList) { CHECK_EQ(MmIsDriverVerifying(ConformanceDriver), FALSE); }

CONFORMANCE(MmIsDriverVerifying, MayBeCalledAtApcLevel) {
    AT_IRQL(APC_LEVEL, CHECK_EQ(MmIsDriverVerifying(ConformanceDriver), FALSE));
}

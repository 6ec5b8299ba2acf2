// SPDX-License-Identifier: GPL-2.0-only
// The other answer, TRUE, is asked for by tests/end_to_end/test_verifier.py: there a driver is verified.
#include "conformance.h"

NTKERNELAPI LOGICAL NTAPI MmIsDriverSuspectForVerifier(PDRIVER_OBJECT DriverObject);

CONFORMANCE(MmIsDriverSuspectForVerifier, SaysNoOfADriverThatIsNotOnTheList) {
    CHECK_EQ(MmIsDriverSuspectForVerifier(ConformanceDriver), FALSE);
}

CONFORMANCE(MmIsDriverSuspectForVerifier, MayBeCalledAtApcLevel) {
    AT_IRQL(APC_LEVEL, CHECK_EQ(MmIsDriverSuspectForVerifier(ConformanceDriver), FALSE));
}

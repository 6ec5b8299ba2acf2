// SPDX-License-Identifier: GPL-2.0-only
// The other answer, TRUE, is asked for by tests/end_to_end/test_verifier.py: there a driver is verified.
#include "conformance.h"

NTKERNELAPI LOGICAL NTAPI MmIsDriverVerifyingByAddress(PVOID AddressWithinSection);

CONFORMANCE(MmIsDriverVerifyingByAddress, SaysNoOfADriverThatIsNotOnTheList) {
    CHECK_EQ(MmIsDriverVerifyingByAddress(ConformanceDriver->DriverStart), FALSE);
    CHECK_EQ(MmIsDriverVerifyingByAddress((PUCHAR)ConformanceDriver->DriverStart + ConformanceDriver->DriverSize - 1), FALSE);
}

CONFORMANCE(MmIsDriverVerifyingByAddress, SaysNoOutsideOfEveryDriver) {
    ULONG local = 0;
    CHECK_EQ(MmIsDriverVerifyingByAddress(&local), FALSE);
}

CONFORMANCE(MmIsDriverVerifyingByAddress, MayBeCalledAtApcLevel) {
    AT_IRQL(APC_LEVEL, CHECK_EQ(MmIsDriverVerifyingByAddress(ConformanceDriver->DriverStart), FALSE));
}

// SPDX-License-Identifier: GPL-2.0-only
// Facts: the macros RtlAreAllAccessesGranted and RtlAreAnyAccessesGranted of the WDK's ntifs.h, as
// documented for user mode (AreAllAccessesGranted, AreAnyAccessesGranted).
#include "identities.h"

NTKERNELAPI BOOLEAN NTAPI RtlAreAllAccessesGranted(ACCESS_MASK GrantedAccess,
                                                   ACCESS_MASK DesiredAccess);
NTKERNELAPI BOOLEAN NTAPI RtlAreAnyAccessesGranted(ACCESS_MASK GrantedAccess,
                                                   ACCESS_MASK DesiredAccess);

CONFORMANCE(RtlAreAllAccessesGranted, WantsEveryBit) {
    BOOLEAN all = FALSE;
    CHECK_EQ(RtlAreAllAccessesGranted(7, 5), TRUE);
    CHECK_EQ(RtlAreAllAccessesGranted(5, 7), FALSE);
    AT_IRQL(DISPATCH_LEVEL, all = RtlAreAllAccessesGranted(0, 0));
    CHECK_EQ(all, TRUE);
}
CONFORMANCE(RtlAreAnyAccessesGranted, WantsOneBit) {
    BOOLEAN any = TRUE;
    CHECK_EQ(RtlAreAnyAccessesGranted(5, 6), TRUE);
    CHECK_EQ(RtlAreAnyAccessesGranted(5, 2), FALSE);
    AT_IRQL(DISPATCH_LEVEL, any = RtlAreAnyAccessesGranted(7, 0));
    CHECK_EQ(any, FALSE);
}

// SPDX-License-Identifier: GPL-2.0-only
// Facts: SeTokenImpersonationLevel of public NT headers (ntosp.h).
#include "identities.h"

NTKERNELAPI SECURITY_IMPERSONATION_LEVEL NTAPI SeTokenImpersonationLevel(PACCESS_TOKEN Token);

CONFORMANCE(SeTokenImpersonationLevel, TellsHowFarATokenGoes) {
    PACCESS_TOKEN low = CopyOwnToken(SecurityIdentification),
                  high = CopyOwnToken(SecurityDelegation);
    CHECK_EQ(SeTokenImpersonationLevel(low), SecurityIdentification);
    CHECK_EQ(SeTokenImpersonationLevel(high), SecurityDelegation);
    ObDereferenceObject(low);
    ObDereferenceObject(high);
}

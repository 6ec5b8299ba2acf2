// SPDX-License-Identifier: GPL-2.0-only
// Facts: SeTokenIsWriteRestricted of ntifs.h.
#include "identities.h"

NTKERNELAPI BOOLEAN NTAPI SeTokenIsWriteRestricted(PACCESS_TOKEN Token);

CONFORMANCE(SeTokenIsWriteRestricted, RestrictingSidsHoldForEveryRight) {
    PACCESS_TOKEN own = OwnToken(), filtered = NULL;
    TOKEN_GROUPS world = {1, {{WORLD_SID, 0}}};
    CHECK_EQ(SeTokenIsWriteRestricted(own), FALSE);
    CHECK_SUCCESS(SeFilterToken(own, 0, NULL, NULL, &world, &filtered));
    CHECK_EQ(SeTokenIsWriteRestricted(filtered), FALSE);
    ObDereferenceObject(filtered);
    PsDereferencePrimaryToken(own);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeTokenIsRestricted, LooksForRestrictingSids) {
    PACCESS_TOKEN own = OwnToken(), filtered = NULL;
    TOKEN_GROUPS world = {1, {{WORLD_SID, 0}}};
    CHECK_EQ(SeTokenIsRestricted(own), FALSE);
    CHECK_SUCCESS(SeFilterToken(own, 0, NULL, NULL, &world, &filtered));
    CHECK_EQ(SeTokenIsRestricted(filtered), TRUE);
    ObDereferenceObject(filtered);
    PsDereferencePrimaryToken(own);
}

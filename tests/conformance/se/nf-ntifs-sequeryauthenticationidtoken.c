// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(SeQueryAuthenticationIdToken, TheSystemsSessionIsWellKnown) {
    LUID id = {0, 0}, system = SYSTEM_LUID;
    PACCESS_TOKEN own = OwnToken();
    CHECK_STATUS(SeQueryAuthenticationIdToken(own, &id), STATUS_SUCCESS);
    CHECK(RtlEqualLuid(&id, &system));
    PsDereferencePrimaryToken(own);
}
CONFORMANCE_IN_CALLER(SeQueryAuthenticationIdToken, AUserHasASessionOfTheirOwn) {
    LUID id = SYSTEM_LUID, system = SYSTEM_LUID;
    PACCESS_TOKEN own = OwnToken();
    CHECK_STATUS(SeQueryAuthenticationIdToken(own, &id), STATUS_SUCCESS);
    CHECK(!RtlEqualLuid(&id, &system));
    PsDereferencePrimaryToken(own);
}

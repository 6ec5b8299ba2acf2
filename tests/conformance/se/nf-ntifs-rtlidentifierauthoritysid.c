// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlIdentifierAuthoritySid, PointsAtTheAuthority) {
    SID* admins = ADMINS_SID;
    CHECK_EQ(RtlIdentifierAuthoritySid(admins), &admins->IdentifierAuthority);
    CHECK_EQ(RtlIdentifierAuthoritySid(admins)->Value[5], 5);
    CHECK_EQ(RtlIdentifierAuthoritySid(WORLD_SID)->Value[5], 1);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlIdentifierAuthoritySid, PointsAtTheAuthority) {
    SID* admins = SeExports->SeAliasAdminsSid;
    CHECK_EQ(RtlIdentifierAuthoritySid(admins), &admins->IdentifierAuthority);
    CHECK_EQ(RtlIdentifierAuthoritySid(admins)->Value[5], 5);
    CHECK_EQ(RtlIdentifierAuthoritySid(SeExports->SeWorldSid)->Value[5], 1);
}

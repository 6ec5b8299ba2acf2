// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlSubAuthorityCountSid, PointsAtTheCount) {
    SID* admins = SeExports->SeAliasAdminsSid;
    CHECK_EQ(RtlSubAuthorityCountSid(admins), &admins->SubAuthorityCount);
    CHECK_EQ(*RtlSubAuthorityCountSid(admins), 2);
    CHECK_EQ(*RtlSubAuthorityCountSid(SeExports->SeNtAuthoritySid), 0);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlSubAuthoritySid, PointsIntoTheSid) {
    SID* admins = ADMINS_SID;
    CHECK_EQ(RtlSubAuthoritySid(admins, 0), &admins->SubAuthority[0]);
    CHECK_EQ(*RtlSubAuthoritySid(admins, 0), SECURITY_BUILTIN_DOMAIN_RID);
    CHECK_EQ(*RtlSubAuthoritySid(admins, 1), DOMAIN_ALIAS_RID_ADMINS);
}

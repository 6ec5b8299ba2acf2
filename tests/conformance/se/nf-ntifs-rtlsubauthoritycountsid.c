// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlSubAuthorityCountSid, PointsAtTheCount) {
    SID* admins = ADMINS_SID;
    CHECK_EQ(RtlSubAuthorityCountSid(admins), &admins->SubAuthorityCount);
    CHECK_EQ(*RtlSubAuthorityCountSid(admins), 2);
    CHECK_EQ(*RtlSubAuthorityCountSid(NT_AUTHORITY_SID), 0);
}

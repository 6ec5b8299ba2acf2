// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlEqualPrefixSid, LeavesTheLastPartOut) {
    CHECK_EQ(RtlEqualPrefixSid(ADMINS_SID, USERS_SID), TRUE);
    CHECK_EQ(RtlEqualPrefixSid(LOCAL_SYSTEM_SID, NETWORK_SID), TRUE);
    CHECK_EQ(RtlEqualPrefixSid(ADMINS_SID, LOCAL_SYSTEM_SID), FALSE);
    CHECK_EQ(RtlEqualPrefixSid(WORLD_SID, LOCAL_SID), FALSE);
}

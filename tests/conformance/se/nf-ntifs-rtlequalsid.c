// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlEqualSid, ComparesTheWholeSid) {
    SID sid = {SID_REVISION, 1, {{0, 0, 0, 0, 0, 5}}, {18}};
    CHECK_EQ(RtlEqualSid(&sid, LOCAL_SYSTEM_SID), TRUE);
    sid.SubAuthority[0] = 19;
    CHECK_EQ(RtlEqualSid(&sid, LOCAL_SYSTEM_SID), FALSE);
    CHECK_EQ(RtlEqualSid(ADMINS_SID, LOCAL_SYSTEM_SID), FALSE);
}

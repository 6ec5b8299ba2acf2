// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlValidSid, ChecksRevisionAndCount) {
    SID sid = {SID_REVISION, 1, {{0, 0, 0, 0, 0, 5}}, {18}};
    CHECK_EQ(RtlValidSid(&sid), TRUE);
    sid.Revision = 2;
    CHECK_EQ(RtlValidSid(&sid), FALSE);
    sid.Revision = SID_REVISION;
    sid.SubAuthorityCount = SID_MAX_SUB_AUTHORITIES + 1;
    CHECK_EQ(RtlValidSid(&sid), FALSE);
}

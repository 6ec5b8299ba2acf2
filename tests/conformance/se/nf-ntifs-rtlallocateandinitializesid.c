// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlAllocateAndInitializeSid, FillsTheParts) {
    SID_IDENTIFIER_AUTHORITY authority = {{0, 0, 0, 0, 0, 5}};
    PSID sid = NULL;
    CHECK_STATUS(RtlAllocateAndInitializeSid(&authority, 2, 32, 544, 0, 0, 0, 0, 0, 0, &sid),
                 STATUS_SUCCESS);
    REQUIRE(sid != NULL);
    CHECK(RtlEqualSid(sid, ADMINS_SID));
    CHECK_EQ(RtlFreeSid(sid), NULL);
    CHECK_STATUS(RtlAllocateAndInitializeSid(&authority, 9, 0, 0, 0, 0, 0, 0, 0, 0, &sid),
                 STATUS_INVALID_SID);
}

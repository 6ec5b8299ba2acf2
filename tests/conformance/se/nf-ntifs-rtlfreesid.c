// SPDX-License-Identifier: GPL-2.0-only
#include "identities.h"

CONFORMANCE(RtlFreeSid, FreesAndReturnsNull) {
    SID_IDENTIFIER_AUTHORITY authority = {{0, 0, 0, 0, 0, 1}};
    PSID sid = NULL;
    CHECK_SUCCESS(RtlAllocateAndInitializeSid(&authority, 1, 0, 0, 0, 0, 0, 0, 0, 0, &sid));
    CHECK(RtlEqualSid(sid, WORLD_SID));
    CHECK_EQ(RtlFreeSid(sid), NULL);
}
